// The mock's knobs, turned by clicks: what is planned, broken, moved or added in the
// console holds for the next request of an app.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { post } from '../captchad.mjs';
import { until } from '../poll.mjs';
import { control, issue, redeem, row, says, screenshot, send, site, solve, visiting } from './page.mjs';

const visit = visiting();

const offered = (select, value) => until(value, async () => (await select.locator(`option[value="${value}"]`).count()) === 1);

test('an outcome that is planned by clicks is that of the next request, and of no other', async () => {
  const page = await visit('script');
  const plans = page.getByRole('region', { name: 'Outcomes' });
  await offered(plans.getByLabel('Site'), site);
  await plans.getByLabel('Site').selectOption(site);
  await plans.getByLabel('Step').selectOption('Answer');
  await plans.getByLabel('Outcome').selectOption('exhausted');
  await says(plans, 'too many wrong answers');
  await plans.getByRole('button', { name: 'Plan it' }).click();
  await says(plans.locator('.plans'), 'Answer ends as exhausted, 1 time');
  const challenge = await issue();
  assert.equal((await solve(challenge)).code, 'exhausted');
  await says(plans.locator('.plans'), 'Nothing');
  assert.ok((await solve(challenge)).pass);
  await screenshot(page, 'script');
  assert.deepEqual(page.troubles, []);
});

test('a plan that is removed counts no more, and those beside it stay', async () => {
  for (const outcome of ['used', 'expired', 'unknown']) await control('POST', '/script', { site, step: 'redeem', outcome });
  const page = await visit('script');
  await page.getByRole('button', { name: 'Remove the plan: redeem ends as expired' }).click();
  await until('two plans', async () => (await page.getByRole('button', { name: 'Remove the plan' }).count()) === 2);
  const pass = await solve(await issue());
  assert.deepEqual([(await redeem(pass)).code, (await redeem(pass)).code, (await redeem(pass)).site], ['used', 'unknown', site]);
});

test("a vendor's own code can be planned", async () => {
  const known = (await control('GET', '/script/known')).dialects.oneaccess.redeem.find((outcome) => outcome.startsWith('code:'));
  const page = await visit('script');
  const plans = page.getByRole('region', { name: 'Outcomes' });
  const key = 'DRrYIqauawN0I8myTMoDTPys6ezGZxnm';
  await offered(plans.getByLabel('Site'), key);
  await plans.getByLabel('Site').selectOption(key);
  await plans.getByLabel('Outcome').selectOption(known);
  await plans.getByLabel('Always').check();
  await plans.getByRole('button', { name: 'Plan it' }).click();
  await says(plans.locator('.plans'), `Redeem ends as ${known}, always`);
  assert.equal((await control('GET', '/script')).plans[0].times, 0);
});

test('a fault that is set by clicks spoils the next request, and goes when it is removed', async () => {
  const page = await visit('script');
  const faults = page.getByRole('region', { name: 'Faults' });
  await offered(faults.getByLabel('Where'), site);
  await faults.getByLabel('Where').selectOption(site);
  await faults.getByLabel('Fault', { exact: true }).selectOption('http:<status>');
  await faults.getByLabel('Exactly').fill('http:502');
  await faults.getByLabel('Requests').fill('2');
  await faults.getByRole('button', { name: 'Let it happen' }).click();
  await says(faults.locator('.plans'), 'http:502, for 2 more requests');
  const status = async () => (await send('/native/v1/challenges', { method: 'POST', body: `{"site":"${site}"}` })).status;
  assert.equal(await status(), 502);
  await says(faults.locator('.plans'), 'for 1 more request');
  await faults.getByRole('button', { name: 'Remove the fault' }).click();
  await says(faults.locator('.plans'), 'Nothing');
  assert.equal(await status(), 201);
});

test('all sites of a vendor fail at once, now and then if that is wanted', async () => {
  const page = await visit('script');
  const faults = page.getByRole('region', { name: 'Faults' });
  await offered(faults.getByLabel('Where'), 'all of native');
  await faults.getByLabel('Where').selectOption('all of native');
  await faults.getByLabel('Fault', { exact: true }).selectOption('drop');
  await faults.getByLabel('In how many of 100').fill('25');
  await faults.getByRole('button', { name: 'Let it happen' }).click();
  await says(faults.locator('.plans'), 'drop, in 25 of 100, until it is removed');
  assert.deepEqual((await control('GET', '/faults')).dialects, { native: { fault: 'drop', probability: 0.25 } });
  await faults.getByRole('button', { name: 'Remove the fault' }).click();
  await says(faults.locator('.plans'), 'Nothing');
  assert.deepEqual((await control('GET', '/faults')).dialects, {});
});

test('what the server does not take is said', async () => {
  const page = await visit('script');
  const faults = page.getByRole('region', { name: 'Faults' });
  await offered(faults.getByLabel('Where'), site);
  await faults.getByLabel('Exactly').fill('http:200');
  await faults.getByRole('button', { name: 'Let it happen' }).click();
  await says(page.getByRole('status').last(), 'fault: "http:200"');
});

test('the clock is moved, set and put back, and what is on show grows old with it', async () => {
  const challenge = await issue();
  const page = await visit();
  await says(row(page, challenge), 'Waiting');
  const shown = async () => Date.parse(await page.locator('.now').getAttribute('datetime'));
  await until('the clock', async () => (await page.locator('.now').textContent()) !== '');
  const before = await shown();
  await page.getByRole('button', { name: 'Move the clock by 5 minutes' }).click();
  await says(row(page, challenge), 'Expired');
  await says(row(page, challenge), '5 min ago');
  assert.ok((await shown()) - before >= 300_000);
  assert.equal((await solve(challenge)).code, 'expired');
  await page.getByRole('button', { name: 'Move the clock by 1 minute' }).click();
  await until('six minutes', async () => (await shown()) - before >= 360_000);
  await page.getByRole('button', { name: 'Set …' }).click();
  await page.getByLabel('Time to set').fill('2031-02-03T04:05:06');
  await page.getByRole('button', { name: 'Set', exact: true }).click();
  await says(page.locator('.now'), '2031-02-03 04:05');
  assert.match((await control('GET', '/clock')).now, /^2031-02-03T04:05/);
  await page.getByRole('button', { name: 'Now' }).click();
  await until('the start', async () => Math.abs((await shown()) - before) < 120_000);
});

test('everything is reset at once, and the stream begins anew', async () => {
  await control('POST', '/script', { site, step: 'redeem', outcome: 'used' });
  const challenge = await issue();
  const page = await visit();
  await row(page, challenge).waitFor();
  await page.getByRole('button', { name: 'Reset all' }).click();
  await page.getByRole('heading', { name: 'Nothing was asked yet' }).waitFor();
  assert.deepEqual((await control('GET', '/script')).plans, []);
  await row(page, await issue()).waitFor();
});

test('a site is added, used, changed and removed', async () => {
  const page = await visit('sites');
  const form = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Add a site' }).click();
  await form.getByLabel('Vendor').selectOption('native');
  await form.getByLabel('Name', { exact: true }).fill('My shop');
  await form.getByLabel('Key').fill('my-shop');
  await form.getByLabel('Secret').fill('open sesame');
  await form.getByLabel('Answers per challenge').fill('7');
  await form.getByLabel('Settings').fill('slider.decoys=cheese');
  await form.getByRole('button', { name: 'Save' }).click();
  await says(form.getByRole('alert'), 'slider.decoys');
  await form.getByLabel('Settings').fill('slider.decoys=0');
  await form.getByRole('button', { name: 'Save' }).click();
  const card = page.locator('[data-key="my-shop"]');
  await says(card, '7 answers');
  const made = await control('GET', '/sites/my-shop');
  assert.deepEqual([made.name, made.secrets[0].value, made.settings], ['My shop', 'open sesame', { 'slider.decoys': '0' }]);
  assert.ok((await post('/native/v1/challenges', { site: 'my-shop' })).id);

  await card.getByRole('button', { name: 'Change' }).click();
  assert.equal(await form.getByLabel('Secret').inputValue(), 'open sesame');
  await form.getByLabel('Answers per challenge').fill('2');
  await form.getByLabel('Time to answer').fill('30s');
  await form.getByRole('button', { name: 'Save' }).click();
  await says(card, '2 answers, within 30s');

  page.on('dialog', (dialog) => dialog.accept());
  await card.getByRole('button', { name: 'Remove' }).click();
  await card.waitFor({ state: 'detached' });
  assert.equal((await post('/native/v1/challenges', { site: 'my-shop' })).code, 'unknown_site');
  assert.deepEqual(page.troubles, []);
});

test('keys and secrets are copied, and the magic sites are listed by vendor', async () => {
  const page = await visit('sites', { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.locator(`[data-key="${site}"]`).getByRole('button', { name: 'Copy the secret' }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'native-demo-secret');
  await page.getByLabel('Vendor of the magic sites').selectOption('native');
  const magic = page.getByRole('table');
  await says(magic, 'test-native-passes');
  await says(magic, 'Every call ends with 503');
  assert.equal(await magic.getByRole('row').count(), 8); // with that of the names
  assert.ok(await page.getByText('draw the puzzle themselves').isHidden());
  await page.getByLabel('Vendor of the magic sites').selectOption('ajcaptcha');
  await page.getByText('draw the puzzle themselves').waitFor();
});

test('what each magic site does is told in a sentence of its own', async () => {
  const { sites } = await control('GET', '/sites');
  const magic = sites.filter((one) => one.magic);
  const page = await visit('sites');
  const table = page.getByRole('table');
  for (const vendor of new Set(magic.map(({ dialect }) => dialect))) {
    await offered(page.getByLabel('Vendor of the magic sites'), vendor);
    await page.getByLabel('Vendor of the magic sites').selectOption(vendor);
    const told = new Set();
    for (const { key } of magic.filter(({ dialect }) => dialect === vendor)) {
      const cell = table.getByRole('row').filter({ has: page.getByText(key, { exact: true }) }).getByRole('cell').first();
      told.add(await cell.textContent());
      assert.match(await cell.textContent(), /^[A-Z]\S*( \S+){3,}$/, key);
    }
    assert.equal(told.size, magic.filter(({ dialect }) => dialect === vendor).length);
  }
});

test('a code that was sent is in the outbox', async () => {
  const key = 'DRrYIqauawN0I8myTMoDTPys6ezGZxnm';
  const { pass } = await control('POST', '/passes', { site: key, subject: '12345678901' });
  const page = await visit('outbox');
  await send('/api/v2/sdk/sms/send', {
    method: 'POST',
    headers: { 'X-client-id': key, 'X-agent': 'x', 'X-device-fingerprint': 'x', 'X-operating-sys-version': 'x' },
    body: JSON.stringify({ mobile: '12345678901', type: 'LOGIN_SMS', captcha_token: pass.captcha_token }),
  });
  const [{ code }] = (await control('GET', '/outbox')).messages;
  await says(page.locator('.message'), code);
  await says(page.locator('.message'), '12345678901');
  await page.getByRole('button', { name: 'Empty the outbox' }).click();
  await page.getByText('No code was sent yet').waitFor();
  assert.deepEqual((await control('GET', '/outbox')).messages, []);
});
