// The script that customers host themselves, by a stand-in, on top of ours.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { serveApp } from '../app.mjs';
import { url } from '../captchad.mjs';
import { launch } from '../chromium.mjs';
import { until } from '../poll.mjs';
import { captchaId, drag, latest, verify, watch } from './site.mjs';

let browser, app, constant;

before(async () => {
  const read = (name) => readFile(new URL(name, import.meta.url), 'utf8');
  constant = JSON.parse(await read('../../yidun/vectors.json')).fallback;
  const scripts = `${await read('fallback-page.js')}\n${await read('page.js')}`;
  app = await serveApp('<!doctype html><meta charset="utf-8"><div id="captcha"></div><script src="/page.js"></script>', scripts);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  app?.close();
});

const { host } = new URL(url);

async function visit(config, prepare = async () => {}) {
  const page = await browser.newPage();
  const seen = watch(page);
  await prepare(page);
  await page.goto(app.origin);
  await page.evaluate(([c, text]) => {
    window.fallbackConstant = text;
    window.begin(c);
  }, [{ captchaId, protocol: 'http', staticServer: host, mode: 'embed', ...config }, constant]);
  const told = () => page.evaluate(() => window.told);
  return { page, seen, heard: (event) => until(event, async () => (await told()).find(([name]) => name === event)) };
}

for (const prefix of ['', '/yidun']) {
  test(`it loads our script from ${host}${prefix}, and a puzzle is solved`, async () => {
    const { page, seen, heard } = await visit({ staticServer: host + prefix });
    await heard('onload');
    await drag(page, await latest(seen, 1));
    const [, , data] = await heard('onVerify');
    assert.equal((await verify(data.validate)).result, true);
    assert.deepEqual([...seen.hosts].sort(), [host, new URL(app.origin).host].sort());
    await page.close();
  });
}

test('when it gives up it makes a pass that everybody has, which is refused', async () => {
  const { page, heard } = await visit({ errorFallbackCount: 2 });
  await heard('onload');
  await page.locator('.yidun_slider').waitFor();
  await page.route('**/native/v1/**', (route) => route.abort());
  await page.evaluate(() => window.instance.refresh());
  await heard('onerror');
  await page.evaluate(() => window.instance.refresh());
  const [, , data] = await heard('onVerify');
  assert.equal(data.validate, constant);
  assert.deepEqual(await verify(data.validate), { result: false, error: 0, msg: 'fail', phone: '', extraData: '' });
  assert.equal(await page.locator('.yidun-fallback__tip').first().textContent(), 'captcha error，Verified automatically');
  await page.close();
});
