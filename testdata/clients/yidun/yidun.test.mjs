// load.min.js in a real browser, on a page of another origin than captchad's: the
// vendor's contract for pages.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { url } from '../captchad.mjs';
import { until } from '../poll.mjs';
import { captchaId, clickWords, drag, latest, startForm, verify, watch } from './site.mjs';

let form;

before(async () => {
  form = await startForm('/load.min.js?t=1');
});

after(() => form?.close());

// visit opens the page for a new visitor, and begins with that config.
async function visit(config) {
  const page = await form.newPage();
  const seen = watch(page);
  await page.goto(form.origin);
  await page.evaluate((c) => window.begin(c), { captchaId, ...config });
  return { page, seen };
}

const told = ({ page }) => page.evaluate(() => window.told);

// heard waits until the page was told of that event so many times, and returns the
// last of them.
const heard = (visitor, event, count = 1) =>
  until(`${event}, ${count}`, async () => (await told(visitor)).filter(([name]) => name === event)[count - 1]);

const field = ({ page }) => page.inputValue('#captcha > input[name=NECaptchaValidate]');

async function succeeds(validate) {
  assert.match(validate, /^[A-Za-z0-9._-]{1,256}$/);
  assert.deepEqual(await verify(validate), { result: true, error: 0, msg: 'ok', phone: '', extraData: 'order 7' });
  assert.equal((await verify(validate)).result, false);
}

for (const mode of ['float', 'embed', 'popup', 'bind']) {
  test(`${mode}: solved with the mouse, and the form has the pass`, async () => {
    const visitor = await visit({ mode, extraData: 'order 7' });
    await heard(visitor, 'onReady');
    if (mode === 'float') await visitor.page.locator('.yidun .captchad-start').click();
    if (mode === 'popup' || mode === 'bind') await visitor.page.evaluate(() => window.instance.popUp());
    await heard(visitor, 'onDidRefresh');
    assert.equal(await field(visitor), '');
    await drag(visitor.page, await latest(visitor.seen, 1));
    const [, error, data] = await heard(visitor, 'onVerify');
    assert.equal(error, null);
    assert.deepEqual(Object.keys(data), ['validate']);
    assert.equal(await field(visitor), data.validate);
    const names = (await told(visitor)).map(([name]) => name).filter((name) => name !== 'onFloatHeightChange');
    assert.deepEqual(names, ['onload', 'onReady', 'onDidRefresh', 'onVerify']);
    await visitor.page.getByText('Send').click();
    await visitor.page.waitForURL(/NECaptchaValidate=/);
    assert.equal(new URL(visitor.page.url()).searchParams.get('NECaptchaValidate'), data.validate);
    await succeeds(data.validate);
    assert.deepEqual([...visitor.seen.hosts].sort(), [new URL(url).host, new URL(form.origin).host].sort(), 'nobody else is called');
    await visitor.page.close();
  });
}

test('a wrong answer is told with code 300, and another puzzle comes by itself', async () => {
  const visitor = await visit({ mode: 'embed' });
  const first = await latest(visitor.seen, 1);
  await drag(visitor.page, first, 60);
  const [, error, data] = await heard(visitor, 'onVerify');
  assert.deepEqual([error.code, error.data, data], [300, { url: '', token: first, type: 2, counts: 1 }, undefined]);
  await heard(visitor, 'onDidRefresh', 2);
  await drag(visitor.page, await latest(visitor.seen, 2));
  assert.equal((await heard(visitor, 'onVerify', 2))[1], null);
  await visitor.page.close();
});

test('after as many failures as the page forgives the visitor has to ask for another puzzle', async () => {
  const visitor = await visit({ mode: 'embed', maxVerification: 2 });
  for (const n of [1, 2]) {
    await heard(visitor, 'onDidRefresh', n);
    await drag(visitor.page, await latest(visitor.seen, n), 60);
    await heard(visitor, 'onVerify', n);
  }
  await visitor.page.locator('.yidun.yidun--loadfail').waitFor();
  assert.equal(visitor.seen.ids.length, 2);
  await visitor.page.evaluate(() => window.instance.refresh());
  await heard(visitor, 'onDidRefresh', 3);
  await visitor.page.close();
});

test('refresh empties the hidden input, destroy takes it away', async () => {
  const visitor = await visit({ mode: 'embed' });
  await drag(visitor.page, await latest(visitor.seen, 1));
  await heard(visitor, 'onVerify');
  assert.notEqual(await field(visitor), '');
  await visitor.page.evaluate(() => window.instance.refresh());
  await heard(visitor, 'onDidRefresh', 2);
  assert.equal(await field(visitor), '');
  await visitor.page.evaluate(() => window.instance.destroy());
  assert.equal(await visitor.page.locator('#captcha > *').count(), 0);
  await visitor.page.close();
});

test('verify after a success begins anew', async () => {
  const visitor = await visit({ mode: 'popup' });
  await heard(visitor, 'onReady');
  for (const n of [1, 2]) {
    await visitor.page.evaluate(() => window.instance.verify());
    await heard(visitor, 'onDidRefresh', n);
    await drag(visitor.page, await latest(visitor.seen, n));
    assert.equal((await heard(visitor, 'onVerify', n))[1], null);
  }
  await visitor.page.close();
});

test('a popup is closed by the page, by its button and by Escape', async () => {
  const visitor = await visit({ mode: 'popup' });
  await heard(visitor, 'onReady');
  const closings = [
    () => visitor.page.evaluate(() => window.instance.close()),
    () => visitor.page.locator('.yidun_modal__close').click(),
    () => visitor.page.keyboard.press('Escape'),
  ];
  for (const [n, close] of closings.entries()) {
    await visitor.page.evaluate(() => window.instance.popUp());
    await visitor.page.locator('.yidun_slider').waitFor();
    await close();
    await heard(visitor, 'onClose', n + 1);
    assert.equal(await visitor.page.locator('.yidun_panel').isVisible(), false);
  }
  assert.equal((await told(visitor)).filter(([name]) => name === 'onBeforeClose').length, 3);
  await visitor.page.close();
});

test('it is solved by keys alone', async () => {
  const visitor = await visit({ mode: 'embed' });
  const id = await latest(visitor.seen, 1);
  await heard(visitor, 'onDidRefresh');
  const { x } = await (await fetch(`${url}/control/v1/challenges/${id}`)).json().then(({ solution }) => solution);
  await visitor.page.locator('.yidun_slider').focus();
  for (let n = 0; n < Math.floor(x / 5); n++) await visitor.page.keyboard.press('ArrowRight');
  for (let n = 0; n < x % 5; n++) await visitor.page.keyboard.press('Shift+ArrowRight');
  await visitor.page.keyboard.press('Enter');
  assert.equal((await heard(visitor, 'onVerify'))[1], null);
  await visitor.page.close();
});

test('words are clicked in order, and the last click sends them', async () => {
  const visitor = await visit({ mode: 'embed', captchaType: 3, extraData: 'order 7' });
  await heard(visitor, 'onDidRefresh');
  assert.equal(await visitor.page.evaluate(() => window.instance.getCaptchaType()), 'point');
  await clickWords(visitor.page, await latest(visitor.seen, 1));
  const [, , data] = await heard(visitor, 'onVerify');
  await succeeds(data.validate);
  await visitor.page.close();
});

test('an unknown captchaId is told to onerror once, and to nobody else', async () => {
  for (const id of ['f'.repeat(32), '', undefined]) {
    const visitor = await visit({ captchaId: id });
    assert.equal((await heard(visitor, 'onerror'))[1].code, 432);
    assert.equal((await told(visitor)).length, 1);
    await visitor.page.close();
  }
});

test('an element that is not there is told with code 1000', async () => {
  const visitor = await visit({ element: '#nowhere', mode: 'embed' });
  assert.equal((await heard(visitor, 'onerror'))[1].code, 1000);
  await visitor.page.close();
});

test('when the server goes after onload, onError is told once for each load that fails', async () => {
  const visitor = await visit({ mode: 'embed' });
  await heard(visitor, 'onDidRefresh');
  await visitor.page.route('**/native/v1/**', (route) => route.abort());
  for (const n of [1, 2]) {
    await visitor.page.evaluate(() => window.instance.refresh());
    const [, error] = await heard(visitor, 'onError', n);
    assert.equal(error.code, 500);
    assert.equal(typeof error.data, 'object');
  }
  assert.equal((await told(visitor)).some(([name]) => name === 'onVerify' || name === 'onerror'), false);
  await visitor.page.close();
});

for (const mode of ['float', 'embed', 'popup', 'bind']) {
  test(`${mode}: no method throws at any time`, async () => {
    const visitor = await visit({ mode });
    await heard(visitor, 'onReady');
    await visitor.page.evaluate(() => {
      const { instance } = window;
      for (const method of ['verify', 'popUp', 'close', 'refresh', 'isIntellisense', 'getCaptchaType', 'destroy', 'verify', 'close', 'refresh', 'destroy']) {
        instance[method]();
      }
    });
    await visitor.page.close();
  });
}

test("what the vendor's fallback script follows comes to an end, and has a place for its words", async () => {
  for (const mode of ['float', 'popup']) {
    const visitor = await visit({ mode });
    await heard(visitor, 'onReady');
    const found = await visitor.page.evaluate(() => {
      let tips = 0;
      let depth = 0;
      for (let at = window.instance; at; at = at._captchaIns, depth++) {
        if (depth > 3) throw new Error('no end');
        tips += at.$el.querySelectorAll('.yidun-fallback__tip').length;
      }
      return { tips, depth };
    });
    assert.equal(found.depth, 2);
    assert.ok(found.tips > 0);
    await visitor.page.close();
  }
});
