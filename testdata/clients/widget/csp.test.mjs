// The widget on pages that make it hard: a strict CSP, a modal dialog, a form.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { url } from '../captchad.mjs';
import { solve } from './hands.mjs';
import { browsing, focused, hasFocus, init, names, opened, read, render, screenshot, scripts, shown, told, wasTold } from './page.mjs';

const visit = browsing();

const host = new URL(url).host;

// strict is a CSP that lets the page have captchad's scripts and call it, and nothing
// else: no styles, no pictures, no data:, no blob:. Nor may anybody parse texts as HTML.
const strict = `default-src 'none'; script-src ${url}; connect-src ${url}; require-trusted-types-for 'script'; trusted-types 'none'`;

const watch = ({ page }) =>
  page.addInitScript(() => {
    window.violations = [];
    document.addEventListener('securitypolicyviolation', (event) => violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));
  });

// painted are how many colors the pictures have. A picture that was not painted has one.
const painted = ({ page }) =>
  page.evaluate(() =>
    [...document.querySelectorAll('.captchad-window canvas')].map((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    }),
  );

for (const script of ['geetest', 'native']) {
  test(`${script}: under the strictest CSP it is styled and painted, without a violation, and calls nobody else`, async () => {
    const visitor = await visit({ script: '', csp: strict, before: watch, body: `<div id="captcha"></div><script src="${scripts[script]}"></script>` });
    const begin = script === 'geetest' ? init : render;
    await begin(visitor, { product: 'popup' });
    const first = await opened(visitor);
    assert.equal((await visitor.handle.boundingBox()).width, 52);
    assert.equal((await visitor.box.boundingBox()).width, 342);
    for (const colors of await painted(visitor)) assert.ok(colors > 50, `${colors} colors`);
    assert.equal((await painted(visitor)).length, 2);
    await screenshot(visitor, `csp-${script}`);
    await visitor.toAudio.click();
    await shown(visitor, 2);
    await visitor.play.click();
    await visitor.toPicture.click();
    const third = await shown(visitor, 3);
    assert.notEqual(third.id, first.id);
    await solve(visitor, third);
    await wasTold(visitor, 'success');
    assert.deepEqual(await visitor.page.evaluate(() => violations), []);
    assert.deepEqual([...visitor.hosts].sort(), [host, new URL(visitor.origin).host].sort());
  });
}

test("above an app's own modal dialog the popup can be seen and operated, and Escape closes it alone", async () => {
  const visitor = await visit({ body: '<dialog id="own" aria-label="Sign in"><div id="captcha"></div></dialog>' });
  await visitor.page.evaluate(() => {
    own.showModal();
    own.addEventListener('keydown', (event) => event.key === 'Escape' && (window.heard = true));
  });
  await init(visitor, { product: 'popup' });
  const challenge = await opened(visitor);
  assert.ok(
    await visitor.handle.evaluate((handle) => {
      const { x, y } = handle.getBoundingClientRect();
      return handle.contains(document.elementFromPoint(x + 20, y + 20));
    }),
  );
  await visitor.page.keyboard.press('Escape');
  await wasTold(visitor, 'close');
  assert.deepEqual(await visitor.page.evaluate(() => [own.open, window.heard]), [true, undefined]);
  await hasFocus(visitor.start);
  await visitor.start.click();
  await solve(visitor, challenge);
  await wasTold(visitor, 'success');
  await visitor.start.press('Escape'); // now it is the app's
  await visitor.page.waitForFunction(() => !own.open);
});

test("in an app's own modal dialog a floating panel works, and Escape closes the panel first", async () => {
  const visitor = await visit({ body: '<dialog id="own" style="overflow:visible"><div id="captcha"></div></dialog>' });
  await visitor.page.evaluate(() => own.showModal());
  await init(visitor, { product: 'float' });
  const challenge = await opened(visitor);
  await visitor.page.keyboard.press('Escape');
  await wasTold(visitor, 'close');
  assert.ok(await visitor.page.evaluate(() => own.open));
  await visitor.start.click();
  await solve(visitor, challenge);
  await wasTold(visitor, 'success');
});

test("in an app's form neither a button nor Enter sends it, and nothing of ours is in what is sent", async () => {
  const body = '<form id="form" action="/sent"><input name="user" value="somebody"><div id="captcha"></div><button id="send">Send</button></form>';
  for (const product of ['float', 'embed']) {
    const visitor = await visit({ script: 'native', body });
    await visitor.page.evaluate(() => {
      window.sent = 0;
      form.onsubmit = () => ++window.sent && false;
    });
    await render(visitor, { product, kind: 'text' });
    await shown(visitor);
    if (product === 'float') await visitor.start.click();
    await visitor.input.fill('????');
    await visitor.input.press('Enter');
    await wasTold(visitor, 'fail');
    await shown(visitor, 2);
    await visitor.input.press('Enter'); // nothing is typed yet
    await visitor.refresh.click();
    await shown(visitor, 3);
    await visitor.toAudio.click();
    await shown(visitor, 4);
    await visitor.play.click();
    await visitor.input.fill(await read(visitor.challenges[3]));
    await visitor.confirm.click();
    await wasTold(visitor, 'success');
    assert.equal(await visitor.page.evaluate(() => window.sent), 0);
    assert.deepEqual(await visitor.page.evaluate(() => [...new FormData(form)]), [['user', 'somebody']]);
    await visitor.page.locator('#send').click();
    assert.equal(await visitor.page.evaluate(() => window.sent), 1);
  }
});

test('a page that listens to keys and clicks everywhere does not hear those that are answers', async () => {
  const visitor = await visit();
  await visitor.page.evaluate(() => {
    window.scrolled = [];
    document.addEventListener('keydown', (event) => !event.defaultPrevented && scrolled.push(event.key));
  });
  await init(visitor, { product: 'float' });
  await opened(visitor);
  for (const key of ['ArrowRight', 'ArrowUp', 'Home', 'End', 'Escape']) await visitor.page.keyboard.press(key);
  assert.deepEqual(await visitor.page.evaluate(() => scrolled), []);
  assert.deepEqual((await told(visitor)).at(-1), ['close']);
  assert.ok((await names(visitor)).includes('boxShow'));
  assert.match(await focused(visitor), /captchad-start/);
});
