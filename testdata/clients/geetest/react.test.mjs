// react-geetest-v4 1.1.3, unmodified: its component in a real browser, on a page of
// another origin than captchad's.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serveApp } from '../app.mjs';
import { url } from '../captchad.mjs';
import { launch } from '../chromium.mjs';
import { until } from '../poll.mjs';
import { bundle } from './bundle.mjs';
import { captchaId, drag, open, redeem, watch } from './site.mjs';

let browser, app;

const props = { captchaId, script: `${url}/v4/gt4.js`, apiServers: [new URL(url).host], protocol: 'http://' };

before(async () => {
  app = await serveApp('<!doctype html><meta charset="utf-8"><div id="root"></div><script src="/page.js"></script>', await bundle('react-page.js'));
  browser = await launch();
});

after(async () => {
  await browser?.close();
  app?.close();
});

// visit opens the page for a new visitor.
async function visit(own, strict = false) {
  const page = await browser.newPage();
  page.on('pageerror', (error) => assert.fail(error));
  const ids = watch(page);
  await page.addInitScript(([p, s]) => Object.assign(window, { props: p, strict: s }), [{ ...props, ...own }, strict]);
  await page.goto(app.origin);
  return { page, ids };
}

const told = ({ page }) => page.evaluate(() => window.told);

// heard waits until the app was told of that event.
const heard = (visitor, event) => until(event, async () => (await told(visitor)).find((entry) => entry.event === event));

// succeeds wants the Pass to be the five texts, and good once.
async function succeeds(pass) {
  assert.deepEqual(Object.keys(pass).sort(), ['captcha_id', 'captcha_output', 'gen_time', 'lot_number', 'pass_token']);
  for (const text of Object.values(pass)) assert.match(text, /^[A-Za-z0-9_-]+$/);
  assert.equal((await redeem(pass)).result, 'success');
  assert.equal((await redeem(pass)).reason, 'pass_token used');
}

for (const [product, strict] of [['float', false], ['popup', false], ['float', true]]) {
  test(`the component (${product}${strict ? ', under StrictMode' : ''}) is solved with the mouse`, async () => {
    const visitor = await visit({ product }, strict);
    // Its id has colons in it, which are no CSS selector.
    assert.equal((await heard(visitor, 'ready')).inPage, false, 'ready comes before the component appends the widget');
    await open(visitor.page);
    await drag(visitor.page, visitor.ids);
    const { argument } = await heard(visitor, 'success');
    assert.equal(await visitor.page.locator('[id^="captcha-"] .geetest_captcha').count() > 0, true);
    await succeeds(argument);
    await visitor.page.close();
  });
}

test('a wrong answer is told as a failure, and the next puzzle can be solved', async () => {
  const visitor = await visit({ product: 'float' });
  await heard(visitor, 'nextReady');
  await open(visitor.page);
  const first = await drag(visitor.page, visitor.ids, 60);
  const { argument: failure } = await heard(visitor, 'fail');
  assert.equal(failure.lotNumber, first);
  assert.equal(failure.failCount, 1);
  await until('another puzzle', () => visitor.ids.at(-1) !== first);
  await until('the other puzzle in the panel', async () => (await told(visitor)).filter(({ event }) => event === 'nextReady').length === 2);
  await drag(visitor.page, visitor.ids);
  await succeeds((await heard(visitor, 'success')).argument);
  await visitor.page.close();
});

test('bound to a button of the app, it opens by a click and can be started over', async () => {
  const visitor = await visit({ product: 'bind', children: 'Sign in' });
  await heard(visitor, 'nextReady');
  await visitor.page.getByText('Sign in').click();
  await drag(visitor.page, visitor.ids);
  await succeeds((await heard(visitor, 'success')).argument);
  await visitor.page.evaluate(() => window.captcha.current.reset());
  assert.equal(await visitor.page.evaluate(() => window.captcha.current.getValidate()), false);
  await until('a fresh puzzle', async () => (await told(visitor)).filter(({ event }) => event === 'nextReady').length === 2);
  await visitor.page.getByText('Sign in').click();
  await drag(visitor.page, visitor.ids);
  await until('the second success', async () => (await told(visitor)).filter(({ event }) => event === 'success').length === 2);
  await visitor.page.close();
});
