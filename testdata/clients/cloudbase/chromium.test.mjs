// @cloudbase/js-sdk 3.7.0, unmodified, in a real browser, on a page of another
// origin than captchad's.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { onJSON, url } from '../captchad.mjs';
import { serveApp } from '../app.mjs';
import { launch } from '../chromium.mjs';
import { until } from '../poll.mjs';
import { bundle } from './bundle.mjs';
import { assertRefusal, expired, used, wrong } from './refusals.mjs';
import { read } from './site.mjs';
import { letter } from './wire.mjs';

let browser, app;

before(async () => {
  const script = await bundle();
  const html = `<!doctype html><meta charset="utf-8"><title>app</title>
    <script>window.captchadURL = ${JSON.stringify(url)}</script><script src="/page.js"></script>`;
  app = await serveApp(html, script);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  app?.close();
});

// visit opens the page for a new visitor, and listens to what it sends and which
// pictures it gets.
async function visit() {
  const page = await browser.newPage();
  const sent = [];
  const pictures = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') sent.push(letter('POST', request.url()));
  });
  const drawn = (response) => response.request().method() === 'POST' && letter('POST', response.url()) === 'D';
  onJSON(page, drawn, (picture) => pictures.push(picture));
  await page.goto(app.origin);
  assert.notEqual(new URL(page.url()).host, new URL(url).host);
  return { page, sent, pictures };
}

const issue = ({ page }) => page.evaluate(() => window.auth.createCaptchaData({ state: 'sign-in' }));

// verify returns what the page's code gets, or catches.
const verify = ({ page }, token, key) =>
  page.evaluate((answer) => window.auth.verifyCaptchaData(answer).catch((caught) => caught), { token, key });

// call is the protected business call. It is left waiting in the page, because it
// ends only when the dialog is solved.
const call = ({ page }) =>
  page.evaluate(() => {
    delete window.called;
    window.auth.getVerification({ phone_number: '13800000000', target: 'ANY' }).then(
      (answer) => (window.called = answer),
      (caught) => (window.called = caught),
    );
  });

// succeeded waits for the end of the business call.
async function succeeded({ page }) {
  const { verification_id, ...rest } = await (await page.waitForFunction(() => window.called)).jsonValue();
  assert.match(verification_id, /^[0-9a-f]{32}$/);
  assert.deepEqual(rest, { expires_in: 600, is_user: false });
}

// dialog is the SDK's own, which gives no names to its parts.
const dialog = ({ page }) => ({
  picture: page.locator('#captcha-image'),
  input: page.locator('input'),
  confirm: page.locator('button').last(),
  error: page.locator('input + div'),
});

// shown is the nth picture that the visitor gets, once the dialog shows it.
async function shown(visitor, n) {
  const { data, token } = await until(`picture ${n}`, () => visitor.pictures[n - 1]);
  const { picture } = dialog(visitor);
  await until(`picture ${n} in the dialog`, async () => (await picture.getAttribute('src')) === data);
  assert.deepEqual(await picture.evaluate((image) => image.decode().then(() => [image.naturalWidth, image.naturalHeight])), [200, 50]);
  return token;
}

async function type(visitor, key) {
  const { input, confirm } = dialog(visitor);
  await input.fill(key);
  await confirm.click();
}

async function screenshot({ page }, name) {
  const folder = process.env.CAPTCHAD_SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/cloudbase-${name}.png` });
}

test('a challenge is fetched and answered from a page of another origin', async () => {
  const visitor = await visit();
  const { data, type, token, expires_in } = await issue(visitor);
  assert.match(data, /^data:image\/gif;base64,/);
  assert.deepEqual({ type, expires_in }, { type: 'image', expires_in: 300 });
  const key = await read(token);
  assertRefusal(await verify(visitor, token, '!!!!'), wrong);
  const pass = await verify(visitor, token, ` ${key.toLowerCase()} `);
  assert.match(pass.captcha_token, /^[A-Za-z0-9._~-]+$/);
  assert.equal(pass.expires_in, 300);
  assertRefusal(await verify(visitor, token, key), used);
  assertRefusal(await verify(visitor, 'no-such-token', key), expired);
  // The SDK repeats what it could not read, so each of these counts once only
  // because refusals, too, may be read from another origin.
  assert.deepEqual(visitor.sent, ['D', 'C', 'C', 'C', 'C']);
  await visitor.page.close();
});

test("the SDK's dialog shows what was wrong, takes another picture, and lets the call through when it is solved", async () => {
  const visitor = await visit();
  const { error, input, picture } = dialog(visitor);
  await call(visitor);
  const first = await shown(visitor, 1);
  await screenshot(visitor, 'asked');

  await type(visitor, '!!!!');
  await error.waitFor();
  assert.equal(await error.textContent(), wrong.error_description);
  const second = await shown(visitor, 2);
  assert.notEqual(second, first);
  assert.equal(await input.inputValue(), '');
  await screenshot(visitor, 'refused');

  await type(visitor, await read(second));
  await succeeded(visitor);
  await picture.waitFor({ state: 'detached' });
  assert.deepEqual(visitor.sent, ['V', 'D', 'C', 'D', 'C', 'V+T']);
  await visitor.page.close();
});

test('a second call is let through without a dialog, also after the page was loaded again', async () => {
  const visitor = await visit();
  await call(visitor);
  await type(visitor, await read(await shown(visitor, 1)));
  await succeeded(visitor);
  await call(visitor);
  await succeeded(visitor);
  await visitor.page.reload();
  await call(visitor);
  await succeeded(visitor);
  assert.deepEqual(visitor.sent, ['V', 'D', 'C', 'V+T', 'V', 'V+T', 'V', 'V+T']);
  await visitor.page.close();
});
