// What an app asks of its vendor is seen as it happens, with what is right and why it was
// refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { url } from '../captchad.mjs';
import { until } from '../poll.mjs';
import { answer, connected, control, issue, redeem, row, says, screenshot, send, site, solve, visiting, wrong } from './page.mjs';

const visit = visiting();

test('a request appears without a reload, and all that is about one challenge is one line', async () => {
  const page = await visit();
  await connected(page);
  await page.evaluate(() => {
    window.sameDocument = true;
  });
  const challenge = await issue();
  await says(row(page, challenge), 'Waiting');
  await wrong(challenge);
  await says(row(page, challenge), 'Wrong answer');
  const pass = await solve(challenge);
  await says(row(page, challenge), 'Solved');
  await redeem(pass);
  await says(row(page, challenge), 'Redeemed');
  await redeem(pass);
  await says(row(page, challenge), 'Pass used');
  assert.deepEqual(await row(page, challenge).locator('.step').allTextContents(), ['issued', 'wrong', 'answered', 'redeemed', 'used']);
  assert.equal(await page.locator('.stories li').count(), 1);
  assert.ok(await page.evaluate(() => window.sameDocument));
  assert.deepEqual(page.troubles, []);
});

test('the newest is on top', async () => {
  const page = await visit();
  const first = await issue();
  const second = await issue();
  await row(page, second).waitFor();
  const ids = () => page.locator('.stories a').evaluateAll((links) => links.map((link) => link.href.split('/').at(-1)));
  assert.deepEqual(await ids(), [second.id, first.id]);
  await wrong(first);
  await until('the order', async () => (await ids())[0] === first.id);
});

test('what came while the server was out of reach is there afterwards', async () => {
  const page = await visit();
  await connected(page);
  await page.context().setOffline(true);
  const missed = await issue();
  await page.context().setOffline(false);
  await row(page, missed).waitFor();
});

test('an empty console tells how to send the first request, and the line works as it is', async () => {
  const page = await visit();
  const command = await page.getByRole('region', { name: 'Command' }).textContent();
  const [, body, address] = /^curl -s -d '(.*)' (http\S+)$/.exec(command);
  assert.equal(address, `${url}/native/v1/challenges`);
  const challenge = await (await fetch(address, { method: 'POST', body })).json();
  await row(page, challenge).waitFor();
  assert.ok(await page.getByRole('region', { name: 'Command' }).isHidden());
});

test('a wrong answer stands beside the solution, with why it was refused and what would have passed', async () => {
  const challenge = await issue();
  const { right, given } = await wrong(challenge, 40);
  const page = await visit(`challenges/${challenge.id}`);
  const compared = page.locator('.compare');
  await says(compared, `Givenx = ${given}`);
  await says(compared, `Rightx = ${right}`);
  await says(compared, 'Off by40 px');
  await says(page.locator('.because'), `It belongs to x = ${right}`);
  await page.locator('.mark.right').waitFor();
  await page.getByLabel('Show the solution').uncheck();
  assert.equal(await page.locator('.mark.right').count(), 0);
  assert.equal(Number(await page.locator('[data-piece]').getAttribute('x')), given);
  await screenshot(page, 'wrong');
  assert.deepEqual(page.troubles, []);
});

test('the piece is where it belongs until somebody answers', async () => {
  const challenge = await issue();
  const { solution } = await control('GET', `/challenges/${challenge.id}`);
  const page = await visit(`challenges/${challenge.id}`);
  await page.locator('[data-piece]').waitFor();
  assert.equal(Number(await page.locator('[data-piece]').getAttribute('x')), solution.x);
  const [picture] = await page.locator('.picture > image').evaluateAll((images) => images.map((image) => image.getBBox().width));
  assert.equal(picture, 310);
});

test('what another kind of puzzle asks and was given is shown as well', async () => {
  const words = await control('PUT', '/sites/all-kinds', { dialect: 'native', settings: { 'native.kinds': 'slider,words,text,audio' } });
  const ask = async (kind) => (await fetch(`${url}/native/v1/challenges`, { method: 'POST', body: JSON.stringify({ site: words.key, kind }) })).json();
  const page = await visit();
  for (const kind of ['words', 'text', 'audio']) {
    const challenge = await ask(kind);
    assert.equal(challenge.kind, kind, JSON.stringify(challenge));
    const { solution } = await control('GET', `/challenges/${challenge.id}`);
    await row(page, challenge).click();
    if (kind === 'words') await until('the clicks', async () => (await page.locator('.mark.right text').count()) === solution.points.length);
    else await says(page.locator('.board'), solution.text);
    if (kind === 'audio') assert.equal(await page.locator('audio').evaluate(async (audio) => (await fetch(audio.src)).status), 200);
  }
  assert.deepEqual(page.troubles, []);
});

test('the replay moves the piece as the visitor did, to where it was put', async () => {
  const challenge = await issue();
  const { given } = await wrong(challenge);
  const page = await visit(`challenges/${challenge.id}`);
  const place = async () => Number(await page.locator('[data-piece]').getAttribute('x'));
  const replay = page.getByRole('button', { name: 'Replay' });
  await replay.waitFor();
  assert.equal(await place(), given);
  await page.getByLabel('Speed of the replay').selectOption('2');
  await page.evaluate(() => {
    window.places = [];
    const piece = document.querySelector('[data-piece]');
    new MutationObserver(() => window.places.push(Number(piece.getAttribute('x')))).observe(piece, { attributes: true });
  });
  await replay.click();
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  await replay.waitFor();
  const places = await page.evaluate(() => window.places);
  assert.ok(places.length > 3, `${places}`);
  assert.ok(places[0] < given / 2, `it begins at ${places[0]}`);
  assert.deepEqual(places, [...places].sort((a, b) => a - b));
  assert.equal(places.at(-1), given);
  await page.getByLabel('Time of the track').fill('500');
  assert.equal(await place(), Math.round(given * 5) / 10);
});

test('who wants less motion gets the line, and nothing that moves by itself', async () => {
  const challenge = await issue();
  const { given } = await wrong(challenge);
  const page = await visit(`challenges/${challenge.id}`, { reducedMotion: 'reduce' });
  await page.getByLabel('Time of the track').fill('0');
  await page.getByRole('button', { name: 'Replay' }).click();
  assert.equal(Number(await page.locator('[data-piece]').getAttribute('x')), given);
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
});

test('each of several answers can be looked at', async () => {
  await control('PUT', `/sites/${site}`, { attempts: 3 });
  const challenge = await issue();
  const { given } = await wrong(challenge, 30);
  await solve(challenge);
  const page = await visit(`challenges/${challenge.id}`);
  await page.getByRole('button', { name: 'Answer 1: wrong' }).click();
  await says(page.locator('.compare'), `x = ${given}`);
  await page.getByRole('button', { name: 'Answer 2: right' }).click();
  await says(page.locator('.compare'), 'Off by0 px');
});

test('a request about no challenge has a page of its own, with the reason', async () => {
  const page = await visit();
  await send(`/validate?captcha_id=647f5ed2ed8acb4be36784e01556bb71`, {
    method: 'POST',
    body: new URLSearchParams({ lot_number: 'a'.repeat(32), captcha_output: 'x', pass_token: 'y', gen_time: '1', sign_token: 'false' }),
  });
  await page.locator('.stories a', { hasText: 'POST /validate' }).click();
  await says(page.locator('.because'), 'HMAC-SHA256 of the lot_number');
  assert.match(page.url(), /\/console\/requests\/\d+$/);
  await page.reload();
  await says(page.locator('.because'), 'HMAC-SHA256 of the lot_number');
});

test('request and reply are shown without the secret, and copied as a command that works', async () => {
  const challenge = await issue();
  await redeem(await solve(challenge));
  const page = await visit(`challenges/${challenge.id}`, { permissions: ['clipboard-read', 'clipboard-write'] });
  const exchanges = page.locator('.exchange');
  await until('three requests', async () => (await exchanges.count()) === 3);
  await exchanges.nth(2).locator('summary').click();
  await says(exchanges.nth(2), '/native/v1/redeem');
  assert.ok(!(await page.content()).includes('native-demo-secret'));
  await exchanges.nth(0).locator('summary').click();
  await exchanges.nth(0).getByRole('button', { name: 'Copy as curl' }).click();
  const command = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(command, `curl -i -H 'Content-Type: application/json' --data-raw '{"site":"${site}"}' ${url}/native/v1/challenges`);
});

test('Solve makes a pass that is good, Spend uses it up, and Expire ends a challenge', async () => {
  const challenge = await issue();
  const page = await visit(`challenges/${challenge.id}`);
  await page.getByRole('button', { name: 'Solve' }).click();
  const pass = JSON.parse(await page.getByRole('region', { name: 'Pass' }).textContent());
  await says(page.locator('.detail-head'), 'Solved');
  await page.getByRole('button', { name: 'Spend' }).click();
  await says(page.locator('.detail-head'), 'Redeemed');
  assert.equal((await redeem({ pass })).code, 'used');
  const other = await issue();
  await row(page, other).click();
  await page.getByRole('button', { name: 'Expire' }).click();
  await says(page.locator('.detail-head'), 'Expired');
  assert.equal((await answer(other, { x: 1 })).code, 'expired');
});

test('the newest challenge has a link of its own, also before there is one', async () => {
  const page = await visit('latest');
  await page.getByRole('heading', { name: 'No challenge yet' }).waitFor();
  for (let n = 0; n < 2; n++) {
    const { id } = await issue();
    await says(page.locator('.detail .id'), id);
  }
});

test('a challenge that nobody knows is said to be none', async () => {
  const page = await visit(`challenges/${'0'.repeat(32)}`);
  await page.getByRole('heading', { name: 'Nothing is known of this one' }).waitFor();
});

test('a challenge that is not in the list is shown if the mock knows it', async () => {
  const challenge = await issue();
  await control('POST', '/reset');
  assert.deepEqual((await control('GET', '/challenges')).challenges, []);
  const page = await visit(`challenges/${challenge.id}`);
  await says(page.locator('.detail .id'), challenge.id);
  await page.getByRole('button', { name: 'Solve' }).click();
  await says(page.locator('.detail-head'), 'Solved');
});

test('what can be answered no more says why, and offers no Solve', async () => {
  await control('PUT', `/sites/${site}`, { attempts: 1 });
  const [open, exhausted, expired] = [await issue(), await issue(), await issue()];
  await wrong(exhausted);
  await control('POST', `/challenges/${expired.id}/expire`);
  const page = await visit(`challenges/${exhausted.id}`);
  const solving = page.getByRole('button', { name: 'Solve' });
  await says(page.locator('.facts'), 'all attempts are used up');
  await until('no Solve', () => solving.isDisabled());
  await row(page, expired).click();
  await says(page.locator('.facts'), 'too old to be answered');
  assert.ok(await solving.isDisabled());
  await row(page, open).click();
  await says(page.locator('.facts'), 'can be answered for');
  assert.ok(await solving.isEnabled());
  await control('POST', '/clock', { advance: '1h' });
  await page.reload();
  await says(page.locator('.facts'), 'too old to be answered');
  assert.ok(await solving.isDisabled());
  assert.deepEqual(page.troubles, []);
});

test('the number of a click at the edge of the picture is not cut off', async () => {
  const { key } = await control('PUT', '/sites/words-only', { dialect: 'native', settings: { 'native.kinds': 'words' } });
  const challenge = await (await fetch(`${url}/native/v1/challenges`, { method: 'POST', body: JSON.stringify({ site: key }) })).json();
  const page = await visit(`challenges/${challenge.id}`);
  await page.locator('.mark.right .plate').first().waitFor();
  const points = [[0, 0], [309, 0], [309, 154]];
  await answer({ id: challenge.id }, { points }, undefined, key);
  await until('the clicks', async () => (await page.locator('.mark.given .plate').count()) === 3);
  const outside = await page.locator('.picture').evaluate((svg) => {
    const { width, height } = svg.viewBox.baseVal;
    return [...svg.querySelectorAll('.plate')]
      .map((plate) => plate.getBBox())
      .filter((box) => box.x < 0 || box.y < 0 || box.x + box.width > width || box.y + box.height > height).length;
  });
  assert.equal(outside, 0);
});

test('back and forward go through what was selected', async () => {
  const [one, two] = [await issue(), await issue()];
  const page = await visit();
  await row(page, one).click();
  await says(page.locator('.detail .id'), one.id);
  await row(page, two).click();
  await says(page.locator('.detail .id'), two.id);
  await page.getByRole('link', { name: 'Sites' }).click();
  await page.getByRole('heading', { name: 'Sites', exact: true }).waitFor();
  await page.goBack();
  await says(page.locator('.detail .id'), two.id);
  await page.goBack();
  await says(page.locator('.detail .id'), one.id);
  assert.ok(page.url().endsWith(one.id));
  await page.goForward();
  await says(page.locator('.detail .id'), two.id);
});

test('the stream is narrowed by vendor, site and outcome', async () => {
  const own = await issue();
  const other = await (await fetch(`${url}/native/v1/challenges`, { method: 'POST', body: '{"site":"aj-demo"}' })).json();
  await wrong(own);
  const page = await visit();
  const shown = async (...challenges) => {
    await until('the rows', async () => (await page.locator('.stories li').count()) === challenges.length);
    for (const challenge of challenges) await row(page, challenge).waitFor();
  };
  await shown(own, other);
  await page.getByLabel('Vendor').selectOption('AJ-Captcha');
  await shown(other);
  await page.getByLabel('Vendor').selectOption('');
  await page.getByLabel('Outcome').selectOption('Wrong answer');
  await shown(own);
  await page.getByLabel('Outcome').selectOption('');
  await page.getByLabel('Site', { exact: true }).selectOption('aj-demo');
  await shown(other);
});

test('a vendor is tried beside what its page asks', async () => {
  const page = await visit('try/native');
  const frame = page.frameLocator('iframe');
  await frame.getByRole('button', { name: 'Click to verify' }).click();
  await says(page.locator('.detail-head'), 'captchad · slider');
  const id = await page.locator('.detail .id').textContent();
  assert.equal((await control('GET', `/challenges/${id}`)).site, site);
  await frame.getByRole('link', { name: 'AJ-Captcha' }).click();
  await page.getByRole('heading', { name: 'Try AJ-Captcha' }).waitFor();
  assert.ok(page.url().endsWith('/console/try/ajcaptcha'));
  assert.deepEqual(page.troubles, []);
});
