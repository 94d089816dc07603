// Whether everybody can use the console: what axe-core finds, keys alone, a phone. And
// whether what an app sends stays a text.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { url } from '../captchad.mjs';
import { until } from '../poll.mjs';
import { assertAccessible } from '../widget/axe.mjs';
import { connected, control, issue, redeem, row, says, screenshot, send, site, solve, visiting, wrong } from './page.mjs';

const visit = visiting();

// busy makes something of everything to look at, and tells the pages where it is.
async function busy() {
  await control('PUT', `/sites/${site}`, { attempts: 3 });
  const challenge = await issue();
  await wrong(challenge);
  await redeem(await solve(challenge));
  const refused = await issue();
  await wrong(refused);
  await send(`/validate?captcha_id=nobody`);
  await control('POST', '/script', { site, step: 'issue', outcome: 'busy', times: 0 });
  await control('PUT', `/faults/${site}`, { fault: 'drop', times: 3, probability: 0.5 });
  await control('POST', '/passes', { site: 'demo-env' });
  return ['', `challenges/${challenge.id}`, `challenges/${refused.id}`, 'latest', 'sites', 'script', 'outbox', 'try', 'nothing'];
}

// settled waits until a page shows what it has to.
async function settled(page, path) {
  if (path.includes('/') || path === 'latest') await page.locator('.picture').waitFor();
  else if (path === 'sites') await page.locator('.site').first().waitFor();
  else if (path === 'script') await page.getByRole('button', { name: 'Remove the plan' }).waitFor();
  else if (path === '') await connected(page);
}

const anything = /./;

const name = (path) => path.split('/')[0] || 'live';

for (const colorScheme of ['light', 'dark']) {
  test(`axe-core finds nothing on any page: ${colorScheme}`, async () => {
    for (const path of await busy()) {
      const page = await visit(path, { colorScheme });
      await settled(page, path);
      for (const summary of await page.locator('.exchange summary').all()) await summary.click();
      await assertAccessible({ page }, path, anything);
      await screenshot(page, `${name(path)}-${colorScheme}`);
    }
    const page = await visit('sites', { colorScheme });
    await page.getByRole('button', { name: 'Add a site' }).click();
    await assertAccessible({ page }, 'the form of a site', anything);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Set …' }).click();
    await assertAccessible({ page }, 'the form of the clock', anything);
  });
}

test('on a phone of 360 pixels nothing is wider than the screen', async () => {
  for (const path of await busy()) {
    const page = await visit(path, { viewport: { width: 360, height: 740 }, hasTouch: true });
    await settled(page, path);
    for (const summary of await page.locator('.exchange summary').all()) await summary.click();
    const { wide, beyond } = await page.evaluate(() => ({
      wide: document.documentElement.scrollWidth,
      beyond: [...document.querySelectorAll('main *, .top *')]
        .filter((element) => element.getBoundingClientRect().right > 361 && !element.closest('svg, .scroll, pre, .skip'))
        .map((element) => element.outerHTML.slice(0, 100)),
    }));
    assert.ok(wide <= 360, `${path}: ${wide} pixels`);
    assert.deepEqual(beyond, [], path);
    await screenshot(page, `${name(path)}-phone`);
  }
});

test('on a phone the details take the place of the list, and a link leads back', async () => {
  const challenge = await issue();
  const page = await visit('', { viewport: { width: 360, height: 740 } });
  await row(page, challenge).click();
  await page.locator('.picture').waitFor();
  assert.ok(await page.locator('.stories').isHidden());
  await page.getByRole('link', { name: '← All' }).click();
  await row(page, challenge).waitFor();
});

test('keys alone are enough, from the first page to a solved challenge', async () => {
  const [older, newer] = [await issue(), await issue()];
  const page = await visit();
  await row(page, newer).waitFor();
  const focused = (what) => page.evaluate((selector) => document.activeElement?.matches(selector), what);
  const tabTo = (selector) =>
    until(selector, async () => {
      await page.keyboard.press('Tab');
      return focused(selector);
    });
  await page.keyboard.press('Tab');
  assert.ok(await focused('.skip'));
  await page.keyboard.press('Enter');
  await tabTo('.stories a');
  assert.ok(await focused(`[href$="${newer.id}"]`));
  await page.keyboard.press('ArrowDown');
  assert.ok(await focused(`[href$="${older.id}"]`));
  await page.keyboard.press('Enter');
  await says(page.locator('.detail .id'), older.id);
  assert.ok(await focused(`[href$="${older.id}"][aria-current]`), 'the keyboard stays in the list');
  await tabTo('.actions button');
  await page.keyboard.press('Enter');
  await says(page.locator('.detail-head'), 'Solved');
  await tabTo('.exchange summary');
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: /^Request \d/ }).waitFor();
  assert.equal((await control('GET', `/challenges/${older.id}`)).solved, true);
});

test('a row that moves to the top keeps the keyboard', async () => {
  const [older, newer] = [await issue(), await issue()];
  const page = await visit();
  await row(page, newer).waitFor();
  await row(page, older).focus();
  await wrong(older);
  await until('the move', () => page.locator('.stories a').first().evaluate((link, id) => link.href.endsWith(id), older.id));
  assert.ok(await row(page, older).evaluate((link) => link === document.activeElement));
});

const hostile = '</code><script>window.hacked = 1</script><img src=x onerror="window.hacked = 2">';

test('what an app sends is shown as the text that it is, wherever it stands', async () => {
  await control('PUT', '/sites/hostile', { dialect: 'native', name: hostile, settings: { 'slider.decoys': '0' } });
  const text = encodeURIComponent(hostile);
  await send(`/native/v1/${text}?${text}`, { method: 'POST', headers: { 'content-type': 'text/html' }, body: hostile });
  await send(`/native/v1/challenges`, { method: 'POST', body: JSON.stringify({ site: hostile }) });
  await send(`/api/v2/sdk/captcha`, { headers: { 'X-client-id': hostile.slice(7, 60) } });
  const page = await visit();
  const rows = page.locator('.stories a');
  await until('the requests', async () => (await rows.count()) >= 3);
  for (const link of await rows.all()) {
    await link.click();
    await page.locator('.exchange pre').first().waitFor();
  }
  assert.ok((await page.locator('.stories').textContent()).includes(hostile));
  for (const path of ['sites', 'script', `try/${text}`, text]) {
    await page.goto(`${url}/console/${path}`);
    if (path === 'sites') await says(page.getByRole('heading', { level: 2 }).filter({ hasText: 'hacked' }), hostile);
    if (path === 'script') await until('the site', async () => (await page.locator('option[value="hostile"]').count()) === 2);
    if (path === text) await says(page.locator('main'), hostile);
    assert.equal(await page.evaluate(() => document.querySelectorAll('main img, main script').length), 0, path);
  }
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  assert.deepEqual(page.troubles, []);
});
