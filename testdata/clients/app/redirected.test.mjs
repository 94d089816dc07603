// The same app with the vendors' own addresses in it, as in production: only names and certificates are this
// machine's, so neither its page nor its backend is changed.
import assert from 'node:assert/strict';
import dns from 'node:dns';
import { after, before, test } from 'node:test';
import { launch } from '../chromium.mjs';
import { start } from './app.mjs';

const { host, port } = new URL(process.env.CAPTCHAD_TLS_URL);

const vendors = {
  geetest: {
    script: 'https://static.geetest.com/v4/gt4.js', url: `https://gcaptcha4.geetest.com:${port}`,
    id: 'ffffffffffffffffffffffffffffffa1', key: 'b09a7aafbfd83f73b35a9b530d0337bf',
  },
  yidun: {
    script: 'https://cstaticdun.126.net/load.min.js', url: `https://c.dun.163.com:${port}`,
    id: 'ffffffffffffffffffffffffffffffb1',
    secretId: 'f0ba0b0c4ed84b2a8f0a6f7c1d2e3f40', secretKey: '6308afb129ea00301bd7c79621d07591',
  },
};

// The backend is in this process. Instead of the hosts file, which is root's, and of port 443, which is
// too, the names of the vendors are looked up here. That the certificate is good for them is Node's to find
// out: NODE_EXTRA_CA_CERTS names what captchad has saved.
const { lookup } = dns;
const asked = [];
dns.lookup = (name, options, done) => {
  const redirected = /\.(geetest|163)\.com$/.test(name);
  if (redirected) asked.push(name);
  return lookup(redirected ? '127.0.0.1' : name, options, done);
};

let browser, app;

before(async () => {
  browser = await launch([
    `--host-resolver-rules=MAP static.geetest.com:443 ${host}, MAP cstaticdun.126.net:443 ${host}, MAP * ~NOTFOUND, EXCLUDE localhost`,
    `--ignore-certificate-errors-spki-list=${process.env.CAPTCHAD_SPKI}`,
  ]);
  app = await start(vendors);
});

after(async () => {
  await browser?.close();
  app?.stop();
});

for (const [vendor, api] of [['geetest', 'gcaptcha4.geetest.com'], ['yidun', 'c.dun.163.com']]) {
  test(`${vendor}: the app finds captchad at its vendor's own addresses`, async () => {
    assert.ok(process.env.NODE_EXTRA_CA_CERTS);
    const page = await browser.newPage();
    const called = new Set();
    page.on('request', (request) => called.add(new URL(request.url()).origin));
    await page.goto(`${app.url}/${vendor}`);
    await page.getByRole('button', { name: 'Click to verify' }).click();
    await page.getByRole('button', { name: 'Verified' }).waitFor();
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('Welcome!').waitFor();
    assert.deepEqual([...called].sort(), [app.url, new URL(vendors[vendor].script).origin].sort());
    assert.ok(asked.includes(api));
    await page.close();
  });
}
