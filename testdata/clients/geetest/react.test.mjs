// react-geetest-v4 1.1.3, unmodified: its component and its hook in a real browser, on a page of
// another origin than captchad's.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serveApp } from '../app.mjs';
import { url } from '../captchad.mjs';
import { launch } from '../chromium.mjs';
import { until } from '../poll.mjs';
import { bundle } from './bundle.mjs';
import { captchaId, drag, open, succeeds, watch } from './site.mjs';

let browser, app, hookApp;

const props = { captchaId, script: `${url}/v4/gt4.js`, apiServers: [new URL(url).host], protocol: 'http://' };

before(async () => {
  const html = '<!doctype html><meta charset="utf-8"><div id="root"></div><script src="/page.js"></script>';
  app = await serveApp(html, await bundle('react-page.js'));
  hookApp = await serveApp(html, await bundle('hook-page.js'));
  browser = await launch();
});

after(async () => {
  await browser?.close();
  app?.close();
  hookApp?.close();
});

// visit opens the page for a new visitor.
async function visit(own, { strict = false, origin = app.origin } = {}) {
  const page = await browser.newPage();
  page.on('pageerror', (error) => assert.fail(error));
  const ids = watch(page);
  await page.addInitScript(([p, s]) => Object.assign(window, { props: p, strict: s }), [{ ...props, ...own }, strict]);
  await page.goto(origin);
  return { page, ids };
}

const told = ({ page }) => page.evaluate(() => window.told);

// heard waits until the app was told of that event.
const heard = (visitor, event) => until(event, async () => (await told(visitor)).find((entry) => entry.event === event));

for (const [product, strict] of [['float', false], ['popup', false], ['float', true]]) {
  test(`the component (${product}${strict ? ', under StrictMode' : ''}) is solved with the mouse`, async () => {
    const visitor = await visit({ product }, { strict });
    assert.equal((await heard(visitor, 'ready')).inPage, false, 'ready comes before the component appends the widget');
    await open(visitor.page);
    await drag(visitor.page, visitor.ids);
    const { argument } = await heard(visitor, 'success');
    // The id has colons in it, and is no CSS selector.
    const places = await visitor.page.locator('.geetest_captcha').evaluateAll((all) => all.map((element) => element.parentElement.id));
    assert.equal(places.length, 1);
    assert.match(places[0], /^captcha-:r[0-9a-z]+:$/);
    await succeeds(argument);
    await visitor.page.close();
  });
}

test('a wrong answer is told as a failure, and the next puzzle can be solved', async () => {
  const visitor = await visit({ product: 'float' });
  await heard(visitor, 'nextReady');
  await open(visitor.page);
  const first = await drag(visitor.page, visitor.ids, { mistake: 60 });
  const { argument: failure } = await heard(visitor, 'fail');
  assert.equal(failure.lotNumber, first);
  assert.equal(failure.failCount, 1);
  await until('the other puzzle in the panel', async () => (await told(visitor)).filter(({ event }) => event === 'nextReady').length === 2);
  await drag(visitor.page, visitor.ids, { before: first });
  await succeeds((await heard(visitor, 'success')).argument);
  await visitor.page.close();
});

test('bound to a button of the app, it opens by a click and can be started over', async () => {
  const visitor = await visit({ product: 'bind', children: 'Sign in' });
  await heard(visitor, 'nextReady');
  await visitor.page.getByText('Sign in').click();
  const first = await drag(visitor.page, visitor.ids);
  await succeeds((await heard(visitor, 'success')).argument);
  await visitor.page.evaluate(() => window.captcha.current.reset());
  assert.equal(await visitor.page.evaluate(() => window.captcha.current.getValidate()), false);
  await until('a fresh puzzle', async () => (await told(visitor)).filter(({ event }) => event === 'nextReady').length === 2);
  await visitor.page.getByText('Sign in').click();
  await drag(visitor.page, visitor.ids, { before: first });
  await until('the second success', async () => (await told(visitor)).filter(({ event }) => event === 'success').length === 2);
  await visitor.page.close();
});

const hooked = (own) => visit(own, { origin: hookApp.origin });

const states = ({ page }) => page.evaluate(() => window.states);

// passed waits for the nth Pass that the hook's app has got.
const passed = async ({ page }, n) =>
  (await page.waitForFunction((index) => window.passes[index], n - 1)).jsonValue();

for (const product of ['float', 'popup']) {
  test(`the hook (${product}) goes from loading to success, and is solved again after its component came back`, async () => {
    const visitor = await hooked({ product });
    await open(visitor.page);
    assert.deepEqual(await states(visitor), ['loading', 'ready']);
    const first = await drag(visitor.page, visitor.ids);
    await succeeds(await passed(visitor, 1));
    assert.deepEqual(await states(visitor), ['loading', 'ready', 'success']);

    await visitor.page.evaluate(() => window.show(false));
    await visitor.page.locator('#place').waitFor({ state: 'detached' });
    // The client destroys nothing, so what is left of a popup must not be in the way.
    assert.equal(await visitor.page.locator('dialog[open]').count(), 0);
    await visitor.page.evaluate(() => window.show(true));
    await open(visitor.page);
    await drag(visitor.page, visitor.ids, { before: first });
    await succeeds(await passed(visitor, 2));
    await visitor.page.close();
  });
}

test("an unknown captcha_id reaches the onError of the hook's options, and it stays at loading", async () => {
  const visitor = await hooked({ captchaId: 'f'.repeat(32), product: 'float' });
  const [error] = await (await visitor.page.waitForFunction(() => window.errors.length && window.errors)).jsonValue();
  assert.deepEqual(error, { desc: { type: 'defined error' }, msg: 'not captcha', code: '-50103' });
  assert.deepEqual(await states(visitor), ['loading']);
  await visitor.page.close();
});
