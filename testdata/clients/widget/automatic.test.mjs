// What a visitor, and a test in a browser, sees where mock mode asks for no puzzle: GeeTest's
// script and our own. Yidun's is in its own folder.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { post, url } from '../captchad.mjs';
import { until } from '../poll.mjs';
import { finish, magic } from '../magic.mjs';
import { succeeds } from '../geetest/site.mjs';
import { browsing, hasFocus, init, names, render, screenshot, site as ordinary, texts, told, wasTold } from './page.mjs';

const visit = browsing();

const site = magic.geetest.passes;

// spied is a visitor whose page notes which words the button says, and every panel that is to be seen,
// be it for one frame.
async function spied(options) {
  const visitor = await visit(options);
  await visitor.page.evaluate(() => {
    window.panels = [];
    window.words = [];
    const look = () => {
      for (const panel of document.querySelectorAll('.captchad-box')) {
        if (panel.getClientRects().length) window.panels.push(panel.textContent);
      }
      const said = document.querySelector('.captchad-tip')?.textContent;
      if (said && said !== window.words.at(-1)) window.words.push(said);
    };
    new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  });
  return visitor;
}

const panels = ({ page }) => page.evaluate(() => window.panels);
const words = ({ page }) => page.evaluate(() => window.words);

for (const product of ['float', 'popup']) {
  test(`GeeTest, ${product}: a click is enough, and nothing but the button changes`, async () => {
    const visitor = await spied();
    await init(visitor, { captchaId: site, product });
    await visitor.page.locator('.geetest_captcha.geetest_nextReady').waitFor();
    assert.equal(await visitor.page.evaluate(() => widget.getValidate()), false, 'nobody passes who has not begun');
    await visitor.start.click();
    await wasTold(visitor, 'success');
    assert.deepEqual(await names(visitor), ['ready', 'nextReady', 'success']);
    assert.deepEqual(await panels(visitor), []);
    assert.deepEqual(await words(visitor), [texts.loading, texts.start, texts.checking, texts.passed]);
    assert.equal(await visitor.page.locator('.captchad-tip').getAttribute('aria-live'), 'polite');
    assert.equal(await visitor.start.getAttribute('aria-expanded'), 'false');
    await hasFocus(visitor.start);
    await screenshot(visitor, `automatic-${product}`);
    await succeeds(await visitor.page.evaluate(() => widget.getValidate()));
  });
}

test('GeeTest, bind: showCaptcha is enough, before "ready" too, and reset begins anew', async () => {
  const visitor = await spied();
  await visitor.page.locator('#app').focus();
  await init(visitor, { captchaId: site, product: 'bind' });
  await visitor.page.evaluate(() => widget.showCaptcha());
  await wasTold(visitor, 'success');
  const first = await visitor.page.evaluate(() => widget.getValidate());
  await visitor.page.evaluate(() => {
    widget.reset();
    widget.showCaptcha();
  });
  await until('the second success', async () => (await names(visitor)).filter((name) => name === 'success').length === 2);
  const second = await visitor.page.evaluate(() => widget.getValidate());
  assert.deepEqual(await names(visitor), ['ready', 'nextReady', 'success', 'nextReady', 'success']);
  assert.deepEqual(await panels(visitor), []);
  await hasFocus(visitor.page.locator('#app'));
  assert.notEqual(first.lot_number, second.lot_number);
  for (const pass of [first, second]) await succeeds(pass);
});

test('keys are enough', async () => {
  const visitor = await spied();
  await init(visitor, { captchaId: site });
  await visitor.page.locator('.geetest_captcha.geetest_nextReady').waitFor();
  await visitor.start.focus();
  await visitor.page.keyboard.press('Enter');
  await wasTold(visitor, 'success');
  await succeeds(await visitor.page.evaluate(() => widget.getValidate()));
});

test('the puzzle that can be solved by any answer is shown', async () => {
  const visitor = await spied();
  await init(visitor, { captchaId: magic.geetest.puzzle });
  await visitor.start.click();
  await visitor.handle.press('ArrowRight');
  await visitor.handle.press('Enter');
  await wasTold(visitor, 'success');
  assert.deepEqual(await names(visitor), ['ready', 'nextReady', 'boxShow', 'success']);
  await succeeds(await visitor.page.evaluate(() => widget.getValidate()));
});

for (const product of ['float', 'popup']) {
  test(`captchad.js, ${product}: a click is enough`, async () => {
    const visitor = await spied({ script: 'native' });
    await render(visitor, { site: magic.native.passes, product });
    await visitor.page.locator('.captchad-root[data-state="ready"]').waitFor();
    await visitor.start.click();
    await wasTold(visitor, 'success');
    assert.deepEqual(await panels(visitor), []);
    await redeemed((await told(visitor)).at(-1)[1]);
  });
}

test('captchad.js, bind: show is enough, and so it is while the server is asked', async () => {
  const visitor = await spied({ script: 'native' });
  await render(visitor, { site: magic.native.passes, product: 'bind' });
  await visitor.page.evaluate(() => widget.show());
  await wasTold(visitor, 'success');
  assert.equal(await visitor.box.isVisible(), false);
  await redeemed((await told(visitor)).at(-1)[1]);
});

test('captchad.js, embed: there is nothing to begin with, so it passes when it is there', async () => {
  const visitor = await visit({ script: 'native' });
  await render(visitor, { site: magic.native.passes, product: 'embed' });
  await wasTold(visitor, 'success');
  assert.equal(await visitor.message.textContent(), texts.passed);
  assert.equal(await visitor.handle.count(), 0);
  await screenshot(visitor, 'automatic-embed');
  await redeemed((await told(visitor)).at(-1)[1]);
});

async function redeemed(pass) {
  const said = await post('/native/v1/redeem', { site: magic.native.passes, secret: 'native-demo-secret', pass });
  assert.equal(said.site, magic.native.passes);
}

// planned plans how the next steps of a Site end, as a test does that has no magic key.
async function planned(t, ...plans) {
  t.after(() => finish('script', ordinary));
  for (const plan of plans) await post('/control/v1/script', { site: ordinary, ...plan });
}

test('a script may make it automatic once; then there is a puzzle, in the panel that the visitor asked for', async (t) => {
  await planned(t, { step: 'issue', outcome: 'automatic', times: 1 });
  const visitor = await spied();
  await init(visitor);
  await visitor.page.locator('.geetest_captcha.geetest_nextReady').waitFor();
  await visitor.start.click();
  await wasTold(visitor, 'success');
  await visitor.page.evaluate(() => widget.reset());
  await visitor.start.click();
  await visitor.handle.waitFor();
  assert.deepEqual(await names(visitor), ['ready', 'nextReady', 'success', 'nextReady', 'boxShow']);
});

test('a script may refuse it: the widget says so, and the visitor may try again', async (t) => {
  await planned(t, { step: 'issue', outcome: 'automatic', times: 0 }, { step: 'answer', outcome: 'wrong', times: 1 });
  const visitor = await spied();
  await init(visitor);
  await visitor.page.locator('.geetest_captcha.geetest_nextReady').waitFor();
  await visitor.start.click();
  await until('the second puzzle', async () => (await names(visitor)).join() === 'ready,nextReady,fail,nextReady');
  assert.ok((await words(visitor)).includes(texts.wrong));
  await visitor.start.click();
  await wasTold(visitor, 'success');
  assert.deepEqual(await panels(visitor), []);
});

for (const outcome of ['wrong', 'expired']) {
  test(`embed: what is refused by itself (${outcome}) is not tried for ever`, async (t) => {
    await planned(t, { step: 'issue', outcome: 'automatic', times: 0 }, { step: 'answer', outcome, times: 0 });
    const visitor = await visit({ script: 'native' });
    await render(visitor, { product: 'embed' });
    await visitor.page.locator('.captchad-root[data-state="failed"]').waitFor();
    assert.equal(visitor.answers.length, 1);
    assert.deepEqual(await names(visitor), [outcome === 'wrong' ? 'fail' : 'error']);
  });
}

test('a test may ask what happened', async () => {
  const visitor = await visit();
  await init(visitor, { captchaId: site });
  await visitor.start.click();
  await wasTold(visitor, 'success');
  const { lot_number: id } = await visitor.page.evaluate(() => widget.getValidate());
  const { entries } = await (await fetch(`${url}/control/v1/journal?id=${id}`)).json();
  assert.deepEqual(entries.map(({ step, outcome }) => [step, outcome]), [['issue', 'right'], ['answer', 'right']]);
});
