// aj-captcha-react 1.3.4, unmodified, in a real browser, on a page of another
// origin than captchad's.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { onJSON, solution, url } from '../captchad.mjs';
import { serveApp } from '../app.mjs';
import { launch } from '../chromium.mjs';
import { until } from '../poll.mjs';
import { bundle, distance } from './bundle.mjs';
import { redeemsOnce } from './redeem.mjs';

let browser, app;

before(async () => {
  const { script, style } = await bundle();
  const html = `<!doctype html><meta charset="utf-8"><style>${style}</style><div id="root"></div>
    <script>window.captchaPath = ${JSON.stringify(url)}</script><script src="/page.js"></script>`;
  app = await serveApp(html, script);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  app?.close();
});

// visit opens the page, and listens to what the server answers to it.
async function visit() {
  const page = await browser.newPage();
  const tokens = [];
  const issued = (response) => response.url().endsWith('/captcha/get') && response.request().method() === 'POST';
  onJSON(page, issued, ({ repData }) => tokens.push(repData.token));
  await page.goto(app.origin);
  return { page, tokens };
}

// solve pushes the piece of the nth slider by its solution and a mistake.
async function solve({ page, tokens }, n, mistake = 0) {
  const token = await until(`picture ${n}`, () => tokens[n - 1]);
  const { x } = await solution(token);
  const control = page.locator('.ac-slider__control');
  await control.waitFor();
  const box = await control.boundingBox();
  const [left, top] = [box.x + box.width / 2, box.y + box.height / 2];
  const signed = x > 150 ? -mistake : mistake;
  await page.mouse.move(left, top);
  await page.mouse.down();
  await page.mouse.move(left + distance(x + signed), top + 2, { steps: 12 });
  if (process.env.CAPTCHAD_SCREENSHOTS) await page.screenshot({ path: `${process.env.CAPTCHAD_SCREENSHOTS}/ajcaptcha-${n}.png` });
  await page.mouse.up();
  return token;
}

const passOf = ({ page }) => page.waitForFunction(() => window.pass).then((handle) => handle.jsonValue());

test('a slider is solved by the mouse, on a page of another origin', async () => {
  const visitor = await visit();
  assert.notEqual(new URL(app.origin).host, new URL(url).host);
  await solve(visitor, 1);
  await redeemsOnce(await passOf(visitor));
  await visitor.page.close();
});

test('after a wrong answer the next slider can be solved', async () => {
  const visitor = await visit();
  const first = await solve(visitor, 1, 60);
  const second = await solve(visitor, 2);
  assert.notEqual(second, first);
  await redeemsOnce(await passOf(visitor));
  await visitor.page.close();
});

test('after three wrong answers words are asked for, and clicked with the mouse', async () => {
  const visitor = await visit();
  const { page } = visitor;
  for (const n of [1, 2, 3]) await solve(visitor, n, 60);
  const token = await until('words', () => visitor.tokens[3]);
  const picture = page.locator('.ac-points__image img');
  await picture.waitFor();
  const box = await picture.boundingBox();
  for (const [x, y] of (await solution(token)).points) {
    await page.mouse.click(box.x + (x * box.width) / 310, box.y + (y * box.height) / 155);
  }
  await redeemsOnce(await passOf(visitor));
  await page.close();
});
