// A test of an app that has a captcha, as its own team would write it: nobody solves anything by hand, and
// no vendor is called. captchad runs in mock mode at CAPTCHAD_URL; copy what you need.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { launch } from '../chromium.mjs';
import { start } from './app.mjs';

const captchad = process.env.CAPTCHAD_URL;

// The credentials that mock mode has ready for each vendor. With those of the magic keys the widget passes by itself.
const ready = {
  geetest: {
    script: `${captchad}/v4/gt4.js`, url: captchad,
    id: '647f5ed2ed8acb4be36784e01556bb71', key: 'b09a7aafbfd83f73b35a9b530d0337bf',
  },
  yidun: {
    script: `${captchad}/load.min.js`, url: captchad, id: 'a05f036b70ab447b87cc788af9a60974',
    secretId: 'f0ba0b0c4ed84b2a8f0a6f7c1d2e3f40', secretKey: '6308afb129ea00301bd7c79621d07591',
  },
};
const passing = {
  geetest: { ...ready.geetest, id: 'ffffffffffffffffffffffffffffffa1' },
  yidun: { ...ready.yidun, id: 'ffffffffffffffffffffffffffffffb1' },
};

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

const control = (path, options) => fetch(`${captchad}/control/v1/${path}`, options);
const send = (path, body) => control(path, { method: 'POST', body: JSON.stringify(body) });

// Each test finds captchad as it was at its start: no plans, no faults, nothing in the journal.
beforeEach(() => send('reset', {}));
after(() => send('reset', {})); // for whoever uses it next

// open opens the form of one vendor, and tells the id of the challenge that its captcha gets.
async function open(t, vendors, name) {
  const app = await start(vendors);
  t.after(app.stop);
  const page = await browser.newPage();
  t.after(() => page.close());
  const issued = page.waitForResponse(/\/native\/v1\/challenges\?/);
  await page.goto(`${app.url}/${name}`);
  const { id } = await (await issued).json();
  await page.getByLabel('Name').fill('Ada');
  return { page, id };
}

// pass clicks the captcha, which is enough with a magic key, and waits until it says so.
async function pass(page) {
  await page.getByRole('button', { name: 'Click to verify' }).click();
  await page.getByRole('button', { name: 'Verified' }).waitFor();
}

// solve clicks the captcha and moves the piece of its puzzle by keys to where captchad says that it belongs.
async function solve(page, id) {
  await page.getByRole('button', { name: 'Click to verify' }).click();
  const { solution } = await (await control(`challenges/${id}`)).json();
  const handle = page.getByRole('slider');
  for (let n = 0; n < Math.floor(solution.x / 5); n++) await handle.press('ArrowRight'); // by five pixels
  for (let n = 0; n < solution.x % 5; n++) await handle.press('Shift+ArrowRight'); // by one
  await handle.press('Enter');
  await page.getByRole('button', { name: 'Verified' }).waitFor();
}

const logIn = (page) => page.getByRole('button', { name: 'Log in' }).click();

// redemptions are what the app's backend asked captchad, and was told; it waits up to 5 s for the first.
const redemptions = async () => (await (await control('journal?step=redeem&wait=5s')).json()).entries;

for (const vendor of ['geetest', 'yidun']) {
  test(`${vendor}: who passes the captcha is let in`, async (t) => {
    const { page } = await open(t, passing, vendor);
    await pass(page);
    await logIn(page);
    await page.getByText('Welcome!').waitFor();
  });

  test(`${vendor}: who solves the puzzle is let in`, async (t) => {
    const { page, id } = await open(t, ready, vendor);
    await solve(page, id);
    await logIn(page);
    await page.getByText('Welcome!').waitFor();
    const seen = await redemptions();
    assert.deepEqual(seen.map((entry) => [entry.id, entry.outcome]), [[id, 'right']]);
  });

  test(`${vendor}: whose pass is used already is told so, and not let in`, async (t) => {
    await send('script', { site: passing[vendor].id, step: 'redeem', outcome: 'used' });
    const { page } = await open(t, passing, vendor);
    await pass(page);
    await logIn(page);
    await page.getByRole('alert').filter({ hasText: 'Are you a robot?' }).waitFor();
    const seen = await redemptions();
    assert.deepEqual(seen.map(({ dialect, outcome }) => [dialect, outcome]), [[vendor, 'used']], 'it asked once');
  });

  test(`${vendor}: who does not touch the captcha is not let in`, async (t) => {
    const { page } = await open(t, passing, vendor);
    await logIn(page);
    await page.getByRole('alert').waitFor();
  });

  test(`${vendor}: while the vendor is down nobody is let in`, async (t) => {
    const { page } = await open(t, passing, vendor);
    await pass(page);
    await control(`faults/${passing[vendor].id}`, { method: 'PUT', body: JSON.stringify({ fault: 'http:503' }) });
    await logIn(page);
    await page.getByRole('alert').waitFor();
  });
}
