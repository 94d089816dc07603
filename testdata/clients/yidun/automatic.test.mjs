// What a page of a Yidun site sees where mock mode asks for no puzzle.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { magic } from '../magic.mjs';
import { until } from '../poll.mjs';
import { startForm, verify } from './site.mjs';

let form;

before(async () => {
  form = await startForm('/load.min.js');
});

after(() => form?.close());

// visit opens the page for a new visitor, and notes every panel that is to be seen.
async function visit(config) {
  const page = await form.newPage();
  await page.goto(form.origin);
  await page.evaluate((c) => {
    window.panels = 0;
    const seen = () => document.querySelector('.yidun_panel')?.getClientRects().length;
    new MutationObserver(() => seen() && window.panels++).observe(document, { subtree: true, childList: true, attributes: true });
    window.begin(c);
  }, config);
  return page;
}

const events = async (page) => (await page.evaluate(() => window.told)).map(([name]) => name).filter((name) => name !== 'onFloatHeightChange');

const passes = (page, count = 1) =>
  until(`success ${count}`, async () => (await page.evaluate(() => window.told)).filter(([name, error]) => name === 'onVerify' && !error)[count - 1]);

for (const mode of ['float', 'embed', 'popup', 'bind']) {
  test(`${mode}: it passes without a puzzle, and the form has the pass`, async () => {
    const page = await visit({ captchaId: magic.yidun.passes, mode });
    await until('onReady', async () => (await events(page)).includes('onReady'));
    if (mode === 'float') {
      await page.locator('.captchad-root[data-state="ready"]').waitFor();
      assert.equal((await events(page)).includes('onVerify'), false, 'nobody passes who has not begun');
      await page.locator('.yidun .captchad-start').click();
    }
    if (mode === 'popup' || mode === 'bind') await page.evaluate(() => window.instance.verify());
    const [, error, data] = await passes(page);
    assert.equal(error, null);
    assert.deepEqual(Object.keys(data), ['validate']);
    assert.deepEqual(await events(page), ['onload', 'onReady', 'onDidRefresh', 'onVerify']);
    if (mode !== 'embed') assert.equal(await page.evaluate(() => window.panels), 0, 'no panel was to be seen');
    assert.equal(await page.inputValue('#captcha > input[name=NECaptchaValidate]'), data.validate);
    if (process.env.CAPTCHAD_SCREENSHOTS) await page.screenshot({ path: `${process.env.CAPTCHAD_SCREENSHOTS}/yidun-automatic-${mode}.png` });
    assert.equal((await verify(data.validate, magic.yidun.passes)).result, true);
    assert.equal((await verify(data.validate, magic.yidun.passes)).result, false);
    await page.close();
  });
}

test('verify after a success passes anew', async () => {
  const page = await visit({ captchaId: magic.yidun.passes, mode: 'popup' });
  await until('onReady', async () => (await events(page)).includes('onReady'));
  const validates = new Set();
  for (const count of [1, 2]) {
    await page.evaluate(() => window.instance.verify());
    validates.add((await passes(page, count))[2].validate);
  }
  assert.equal(validates.size, 2);
  assert.equal(await page.evaluate(() => window.panels), 0);
  await page.close();
});

test('the puzzle that can be solved by any answer is shown', async () => {
  const page = await visit({ captchaId: magic.yidun.puzzle, mode: 'popup' });
  await until('onReady', async () => (await events(page)).includes('onReady'));
  await page.evaluate(() => window.instance.verify());
  await page.locator('.yidun_slider').press('ArrowRight');
  await page.keyboard.press('Enter');
  const [, , data] = await passes(page);
  assert.equal((await verify(data.validate, magic.yidun.puzzle)).result, true);
  await page.close();
});
