// aj-captcha-react 1.3.4, unmodified, in jsdom.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { JSDOM } from 'jsdom';
import { solution, url } from '../captchad.mjs';
import { until } from '../poll.mjs';
import { bundle, distance } from './bundle.mjs';
import { redeemsOnce } from './redeem.mjs';

const { script } = await bundle();

// open loads the page, and listens to what the server answers to it.
function open(captchaPath) {
  const dom = new JSDOM('<!doctype html><div id="root"></div>', { url, pretendToBeVisual: true, runScripts: 'outside-only' });
  const { window } = dom;
  const answers = [];
  const { send } = window.XMLHttpRequest.prototype;
  window.XMLHttpRequest.prototype.send = function (...args) {
    this.addEventListener('load', () => answers.push({ path: this.responseURL, ...JSON.parse(this.responseText) }));
    return send.apply(this, args);
  };
  window.captchaPath = captchaPath;
  window.eval(script);
  return { dom, window, answers };
}

// challenge is the nth slider that the page shows.
const challenge = ({ answers, window }, n) =>
  until(`picture ${n}`, () => {
    const got = answers.filter((answer) => answer.path.endsWith('/captcha/get'))[n - 1];
    return window.document.querySelector('.ac-slider__control') && got?.repData;
  });

// push moves the control as a hand does. The pauses let React take note.
async function push(window, by) {
  const control = window.document.querySelector('.ac-slider__control');
  const fire = (type, x) => control.dispatchEvent(new window.MouseEvent(type, { bubbles: true, clientX: 20 + x, clientY: 10 }));
  await pause(50);
  fire('mousedown', 0);
  for (let step = 1; step <= 10; step++) {
    await pause(20);
    fire('mousemove', Math.round((by * step) / 10));
  }
  await pause(20);
  fire('mouseup', by);
}

for (const base of ['', '/captcha-api']) {
  test(`a slider is solved and its pass redeemed once (${base || '/'})`, async () => {
    const page = open(url + base);
    const { token } = await challenge(page, 1);
    const { x } = await solution(token);
    await push(page.window, distance(x));
    const pass = await until('the pass', () => page.window.pass);
    await redeemsOnce({ ...pass });
    page.dom.window.close();
  });
}

test('after a wrong answer the client fetches another slider by itself, which can be solved', async () => {
  const page = open(url);
  const first = await challenge(page, 1);
  const wrong = await solution(first.token);
  await push(page.window, distance(wrong.x > 150 ? wrong.x - 60 : wrong.x + 60));
  const second = await challenge(page, 2);
  assert.notEqual(second.token, first.token);
  assert.equal(page.window.pass, undefined);
  const { x } = await solution(second.token);
  await push(page.window, distance(x));
  await redeemsOnce({ ...(await until('the pass', () => page.window.pass)) });
  page.dom.window.close();
});

// click clicks a place of the picture, which the client shows 280 wide, and sends as
// it is on the screen.
async function click(window, { x, y }) {
  await pause(50);
  const picture = window.document.querySelector('.ac-points__image img');
  const event = new window.MouseEvent('click', { bubbles: true, clientX: 1, clientY: 1 });
  Object.defineProperties(event, { offsetX: { value: Math.round((x * 280) / 310) }, offsetY: { value: Math.round((y * 280) / 310) } });
  picture.dispatchEvent(event);
}

async function clickWords(page, token) {
  const { points } = await solution(token);
  for (const [x, y] of points) await click(page.window, { x, y });
  await redeemsOnce({ ...(await until('the pass', () => page.window.pass)) });
}

test('after three wrong answers the client asks for words, which can be clicked', async (t) => {
  const page = open(url);
  t.after(() => page.window.close());
  for (const n of [1, 2, 3]) {
    const { x } = await solution((await challenge(page, n)).token);
    await push(page.window, distance(x > 150 ? x - 60 : x + 60));
  }
  const words = await until('words', () => page.answers.map(({ repData }) => repData).find((data) => data?.wordList));
  assert.equal(words.wordList.length, 3);
  await until('the words in the page', () => page.window.document.querySelector('.ac-points__bar')?.textContent.includes(words.wordList.join('、')));
  await clickWords(page, words.token);
});
