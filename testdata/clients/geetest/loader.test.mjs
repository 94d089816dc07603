// The vendor's own loader, by a stand-in: it finds the rest of the script at captchad.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { serveApp } from '../app.mjs';
import { url } from '../captchad.mjs';
import { launch } from '../chromium.mjs';
import { captchaId, drag, open, succeeds, watch } from './site.mjs';

let browser, app;

before(async () => {
  const loader = await readFile(new URL('loader-page.js', import.meta.url), 'utf8');
  const html = `<!doctype html><meta charset="utf-8"><div id="captcha"></div>
    <script src="${url}/v4/bypass.js"></script><script src="/page.js"></script>`;
  app = await serveApp(html, loader);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  app?.close();
});

const { host } = new URL(url);

async function begin(config) {
  const page = await browser.newPage();
  page.on('pageerror', (error) => assert.fail(error));
  const ids = watch(page);
  const calls = [];
  page.on('request', (request) => calls.push(new URL(request.url())));
  await page.goto(app.origin);
  assert.equal(await page.evaluate(() => new window.Geetest4().isOffline()), true, 'the page has preloaded bypass.js');
  await page.evaluate((c) => window.begin(c), { protocol: 'http://', apiServers: [host], captchaId, ...config });
  return { page, ids, calls };
}

for (const prefix of ['', '/geetest']) {
  test(`a puzzle that the loader asked for is solved (${host}${prefix})`, async () => {
    const { page, ids } = await begin({ apiServers: [host + prefix] });
    await open(page);
    const id = await drag(page, ids);
    const pass = await (await page.waitForFunction(() => window.pass)).jsonValue();
    assert.equal(pass.lot_number, id);
    assert.deepEqual(ids, [id], 'the puzzle of /load is shown, and no other one asked for');
    assert.equal(await page.evaluate(() => window.captcha.isOffline()), false);
    await succeeds(pass);
    await page.close();
  });
}

test('the servers that the loader hands over on a prototype are called, not the one that the script is from', async () => {
  const { port } = new URL(url);
  const scripts = `localhost:${port}`;
  assert.notEqual(scripts, host);
  const { page, ids, calls } = await begin({ staticServers: [scripts] });
  await open(page);
  await drag(page, ids);
  await succeeds(await (await page.waitForFunction(() => window.pass)).jsonValue());
  const hosts = (part) => [...new Set(calls.filter(({ pathname }) => pathname.startsWith(part)).map((call) => call.host))];
  assert.deepEqual(hosts('/v4/static/'), [scripts]);
  assert.deepEqual(hosts('/native/'), [host]);
  await page.close();
});

test('what a page preloads for when the server is down lets nobody in', async () => {
  const page = await browser.newPage();
  await page.goto(app.origin);
  const { told, passes } = await page.evaluate(async (config) => {
    const told = [];
    const captcha = new window.Geetest4(config);
    const error = new Promise((heard) => captcha.appendTo('#captcha').onError(heard));
    for (const event of ['onReady', 'onNextReady', 'onSuccess']) captcha[event](() => told.push(event));
    const passes = [captcha.getValidate()];
    captcha.showCaptcha();
    told.push((await error).code);
    passes.push(captcha.getValidate());
    captcha.reset();
    passes.push(captcha.getValidate());
    return { told, passes };
  }, { captchaId });
  assert.deepEqual({ told, passes }, { told: ['60100'], passes: [false, false, false] });
  await page.close();
});

test('an unknown captcha_id reaches onError in the words of the server', async () => {
  const { page } = await begin({ captchaId: 'f'.repeat(32) });
  const [error] = await (await page.waitForFunction(() => window.told.length && window.told)).jsonValue();
  assert.deepEqual(error, { desc: { type: 'defined error' }, msg: 'not captcha', code: '-50103' });
  await page.close();
});
