// vue3-geetest 1.0.21, unmodified: it loads its script from the vendor's host, which
// the browser finds at captchad.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serveApp } from '../app.mjs';
import { launch } from '../chromium.mjs';
import { bundle } from './bundle.mjs';
import { captchaId, drag, open, succeeds, watch } from './site.mjs';

let browser, app;

before(async () => {
  const html = `<!doctype html><meta charset="utf-8"><div id="root"></div>
    <script src="/page.js"></script>`;
  app = await serveApp(html, await bundle('vue-page.js'));
  const { host } = new URL(process.env.CAPTCHAD_TLS_URL);
  // It finds nobody else: not the vendor either.
  const rules = `--host-resolver-rules=MAP static.geetest.com:443 ${host}, MAP * ~NOTFOUND, EXCLUDE localhost`;
  browser = await launch([rules, '--ignore-certificate-errors']);
});

after(async () => {
  await browser?.close();
  app?.close();
});

test("the component is solved at the vendor's own address", async () => {
  const page = await browser.newPage({ ignoreHTTPSErrors: true });
  page.on('pageerror', (error) => assert.fail(error));
  const ids = watch(page);
  const hosts = new Set();
  page.on('request', (request) => hosts.add(new URL(request.url()).host));
  await page.addInitScript((id) => Object.assign(window, { captchaId: id }), captchaId);
  await page.goto(app.origin);
  await open(page);
  assert.equal(await page.evaluate(() => window.captcha.getValidate()), false, 'initialized hands the object over');
  await drag(page, ids);
  const pass = await (await page.waitForFunction(() => window.pass)).jsonValue();
  await succeeds(pass);
  assert.deepEqual([...hosts].sort(), [new URL(app.origin).host, 'static.geetest.com'].sort());
  await page.close();
});
