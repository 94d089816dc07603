// react-geetest-v4 1.1.3, unmodified, in jsdom, as apps have it in their own tests.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JSDOM } from 'jsdom';
import { solution, url } from '../captchad.mjs';
import { until } from '../poll.mjs';
import { bundle } from './bundle.mjs';
import { captchaId, succeeds } from './site.mjs';

const component = await bundle('react-page.js');
const hook = await bundle('hook-page.js');

// press presses a key so many times.
function press(window, element, key, times, shiftKey = false) {
  for (let n = 0; n < times; n++) {
    element.dispatchEvent(new window.KeyboardEvent('keydown', { key, shiftKey, bubbles: true, cancelable: true }));
  }
}

// load opens a page in jsdom, and listens to which puzzles it gets.
function load(t, script, strict = false) {
  const dom = new JSDOM('<!doctype html><div id="root"></div>', {
    url, runScripts: 'dangerously', resources: 'usable', pretendToBeVisual: true,
  });
  const { window } = dom;
  t.after(() => window.close()); // else its clock keeps the test alive
  window.props = { captchaId, product: 'float', script: `${url}/v4/gt4.js`, apiServers: [new URL(url).host], protocol: 'http://' };
  window.strict = strict;
  const ids = [];
  const { send } = window.XMLHttpRequest.prototype;
  window.XMLHttpRequest.prototype.send = function (...args) {
    this.addEventListener('load', () => ids.push(JSON.parse(this.responseText).id));
    return send.apply(this, args);
  };
  window.eval(script);
  return { window, ids };
}

// solve opens the widget in that place and moves the piece by keys.
async function solve({ window, ids }, place) {
  const start = await until('the widget', () => window.document.querySelector(`${place} .geetest_nextReady .geetest_btn_click`));
  start.click();
  const handle = window.document.querySelector('.geetest_btn');
  const { x } = await solution(ids.at(-1));
  press(window, handle, 'ArrowRight', Math.floor(x / 5));
  press(window, handle, 'ArrowRight', x % 5, true);
  assert.equal(handle.getAttribute('aria-valuenow'), String(Math.round((x / 263) * 100)));
  press(window, handle, 'Enter', 1);
}

for (const strict of [false, true]) {
  test(`the component${strict ? ', under StrictMode,' : ''} is solved by keys`, async (t) => {
    const page = load(t, component, strict);
    const { window } = page;
    const heard = (event) => until(event, () => window.told.find((entry) => entry.event === event));
    await heard('nextReady');
    assert.deepEqual([...new Set(window.told.map(({ event }) => event))], ['ready', 'nextReady']);
    assert.equal(window.told[0].inPage, false, 'ready comes before the component appends the widget');
    await solve(page, strict ? '[id^="captcha-"]' : '#captcha-\\:r0\\:');
    const { argument: pass } = await heard('success');
    await succeeds({ ...pass });
  });
}

test('the hook is solved by keys', async (t) => {
  const page = load(t, hook);
  await solve(page, '#place');
  const pass = await until('the pass', () => page.window.passes[0]);
  await succeeds({ ...pass });
  assert.deepEqual([...page.window.states], ['loading', 'ready', 'success']);
});
