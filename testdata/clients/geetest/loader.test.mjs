// The vendor's own loader, by a stand-in: it finds the rest of the script at captchad.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { serveApp } from '../app.mjs';
import { url } from '../captchad.mjs';
import { launch } from '../chromium.mjs';
import { captchaId, drag, open, redeem, watch } from './site.mjs';

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
  await page.goto(app.origin);
  assert.equal(await page.evaluate(() => new window.Geetest4().isOffline()), true, 'the page has preloaded bypass.js');
  await page.evaluate((c) => window.begin(c), { protocol: 'http://', apiServers: [host], captchaId, ...config });
  return { page, ids };
}

for (const prefix of ['', '/geetest']) {
  test(`a puzzle that the loader asked for is solved (${host}${prefix})`, async () => {
    const { page, ids } = await begin({ apiServers: [host + prefix] });
    await open(page);
    const id = await drag(page, ids);
    const pass = await (await page.waitForFunction(() => window.pass)).jsonValue();
    assert.deepEqual(Object.keys(pass).sort(), ['captcha_id', 'captcha_output', 'gen_time', 'lot_number', 'pass_token']);
    assert.equal(pass.lot_number, id);
    assert.deepEqual(ids, [id], 'the puzzle of /load is shown, and no other one asked for');
    assert.equal(await page.evaluate(() => window.captcha.isOffline()), false);
    assert.equal((await redeem(pass)).result, 'success');
    await page.close();
  });
}

test('an unknown captcha_id reaches onError in the words of the server', async () => {
  const { page } = await begin({ captchaId: 'f'.repeat(32) });
  const [error] = await (await page.waitForFunction(() => window.told.length && window.told)).jsonValue();
  assert.deepEqual(error, { desc: { type: 'defined error' }, msg: 'not captcha', code: '-50103' });
  await page.close();
});
