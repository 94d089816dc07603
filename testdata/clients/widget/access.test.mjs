// Whether everybody can use the widget: what axe-core finds, the focus, roles, what is
// read out, looks, sizes and directions.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../poll.mjs';
import { assertAccessible } from './axe.mjs';
import { gap, place, solve, swipe } from './hands.mjs';
import { browsing, focused, hasFocus, init, locales, opened, read, render, says, screenshot, shown, texts, wasTold } from './page.mjs';

const visit = browsing();

for (const scheme of ['light', 'dark']) {
  for (const language of ['en', 'ar']) {
    test(`axe-core finds nothing serious in any form, kind and state: ${scheme}, ${language}`, async () => {
      const dir = language === 'ar' ? 'rtl' : 'ltr';
      for (const product of ['float', 'popup', 'embed']) {
        const visitor = await visit({ script: 'native', scheme, lang: language, dir });
        const name = `access-${product}-${scheme}-${dir}`;
        await render(visitor, { product, language });
        const challenge = await shown(visitor);
        await assertAccessible(visitor, `${product}, closed`);
        if (product !== 'embed') await visitor.start.click();
        await visitor.handle.waitFor();
        assert.equal(await visitor.box.evaluate((box) => box.closest('[data-theme]').dataset.theme), scheme);
        await assertAccessible(visitor, `${product}, open`);
        await screenshot(visitor, name);
        await solve(visitor, challenge, 60);
        await says(visitor, locales[language].wrong);
        await assertAccessible(visitor, `${product}, wrong`);
        await screenshot(visitor, `${name}-wrong`);
        await solve(visitor, await shown(visitor, 2));
        await wasTold(visitor, 'success');
        await assertAccessible(visitor, `${product}, passed`);
        await screenshot(visitor, `${name}-passed`);
      }
      for (const kind of ['text', 'audio']) {
        const visitor = await visit({ script: 'native', scheme, lang: language, dir });
        await render(visitor, { product: 'embed', language, kind });
        await visitor.input.waitFor();
        await shown(visitor);
        await assertAccessible(visitor, kind);
        await screenshot(visitor, `access-${kind}-${scheme}-${dir}`);
        await visitor.page.context().setOffline(true);
        await visitor.refresh.click();
        await says(visitor, locales[language].failed);
        await assertAccessible(visitor, `${kind}, failed`);
        await screenshot(visitor, `access-${kind}-${scheme}-${dir}-failed`);
      }
    });
  }
}

// tabs are where Tab goes, n times.
async function tabs(visitor, n, key = 'Tab') {
  const stops = [];
  for (let i = 0; i < n; i++) {
    await visitor.page.keyboard.press(key);
    stops.push((await focused(visitor)).replace(/^captchad-icon-button captchad-|captchad-/, '').replace(/ .*/, ''));
  }
  return stops;
}

test('in the popup Tab goes round, both ways, and never to the page below', async () => {
  const visitor = await visit();
  await init(visitor, { product: 'popup' });
  await opened(visitor);
  await hasFocus(visitor.handle);
  assert.deepEqual(await tabs(visitor, 5), ['refresh', 'to-audio', 'close', 'handle', 'refresh']);
  assert.deepEqual(await tabs(visitor, 5, 'Shift+Tab'), ['handle', 'close', 'to-audio', 'refresh', 'handle']);
});

test('beside a floating panel Tab goes on to the page, and Escape closes it from the button, too', async () => {
  const visitor = await visit({ body: '<div id="captcha"></div><p><button id="after">After</button></p>' });
  await init(visitor, { product: 'float' });
  await opened(visitor);
  await hasFocus(visitor.handle);
  assert.deepEqual(await tabs(visitor, 3), ['refresh', 'to-audio', 'after']);
  await visitor.start.focus();
  await visitor.page.keyboard.press('Escape');
  await wasTold(visitor, 'close');
  await hasFocus(visitor.start);
});

test('whoever opens the panel before the puzzle is there has the keyboard at the puzzle when it comes', async () => {
  for (const product of ['float', 'popup']) {
    const visitor = await visit();
    await init(visitor, { product, hideBar: ['close', 'refresh'] });
    await shown(visitor);
    await solve(visitor, await opened(visitor));
    await wasTold(visitor, 'success');
    let go;
    const held = new Promise((release) => (go = release));
    await visitor.page.route('**/native/v1/challenges?*', (route) => held.then(() => route.continue()));
    await visitor.page.evaluate(() => widget.reset());
    await visitor.start.press('Enter');
    await visitor.box.waitFor();
    go();
    await shown(visitor, 2);
    await hasFocus(visitor.handle);
  }
});

test('roles and names tell what there is, and the slider where its piece is', async () => {
  const visitor = await visit();
  await init(visitor, { product: 'popup' });
  const challenge = await shown(visitor);
  const { page } = visitor;
  const button = page.getByRole('button', { name: texts.start });
  assert.deepEqual([await button.getAttribute('aria-haspopup'), await button.getAttribute('aria-expanded')], ['dialog', 'false']);
  await button.click();
  assert.equal(await visitor.start.getAttribute('aria-expanded'), 'true');
  await page.getByRole('dialog', { name: texts.dialog }).waitFor();
  await page.getByRole('img', { name: texts.sliderPicture }).waitFor();
  for (const name of [texts.close, texts.refresh, texts.toAudio]) await page.getByRole('button', { name }).waitFor();
  const slider = page.getByRole('slider', { name: `${texts.slider}. ${texts.sliderHelp}` });
  const values = async () => Promise.all(['aria-valuemin', 'aria-valuenow', 'aria-valuemax', 'aria-valuetext', 'aria-disabled'].map((name) => slider.getAttribute(name)));
  const percent = (n) => texts.position.replace('{n}', n);
  assert.deepEqual(await values(), ['0', '0', '100', percent(0), 'false']);
  await slider.press('End');
  assert.deepEqual(await values(), ['0', '100', '100', percent(100), 'false']);
  await slider.press('ArrowLeft');
  assert.deepEqual(await values(), ['0', '98', '100', percent(98), 'false']);
  assert.equal(Math.round(await place(visitor)), 98);
  await visitor.refresh.click();
  await shown(visitor, 2);
  assert.equal(await visitor.start.getAttribute('aria-expanded'), 'true');
  assert.notEqual(visitor.challenges[1].id, challenge.id);
});

test('what happens is read out: each message is put into a live region that was there before', async () => {
  const visitor = await visit();
  await init(visitor, { product: 'popup' });
  const challenge = await opened(visitor);
  await visitor.message.evaluate((region) => {
    window.read = [];
    window.region = region;
    new MutationObserver(() => window.read.push(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true });
  });
  assert.equal(await visitor.message.getAttribute('role'), 'status');
  await solve(visitor, challenge, 60);
  await solve(visitor, await shown(visitor, 2));
  await wasTold(visitor, 'success');
  assert.ok(await visitor.message.evaluate((region) => region === window.region));
  const said = (await visitor.page.evaluate(() => window.read)).filter(Boolean);
  assert.deepEqual(said, [texts.checking, texts.wrong, texts.loading, texts.checking, texts.passed]);
});

test('typed puzzles: the field tells what to type, and the focus stays in the panel when the Answer was wrong', async () => {
  for (const [kind, title] of [['text', texts.type], ['audio', texts.listen]]) {
    const visitor = await visit({ script: 'native' });
    await render(visitor, { product: 'popup', kind });
    await opened(visitor);
    const field = visitor.page.getByRole('textbox', { name: `${texts.answer}. ${title}` });
    await field.fill('????');
    await field.press('Enter');
    await wasTold(visitor, 'fail');
    await shown(visitor, 2);
    await hasFocus(kind === 'text' ? visitor.input : visitor.play);
    assert.equal(await field.inputValue(), '');
    await field.fill(await read(visitor.challenges[1]));
    await field.press('Enter');
    await wasTold(visitor, 'success');
    await hasFocus(visitor.start);
  }
});

test('who wants less motion sees none', async () => {
  const visitor = await visit({ reducedMotion: 'reduce' });
  await init(visitor, { product: 'popup' });
  const running = () => visitor.page.evaluate(() => document.getAnimations().length);
  const challenge = await opened(visitor);
  assert.equal(await running(), 0);
  await solve(visitor, challenge, 60);
  await says(visitor, texts.wrong);
  assert.equal(await running(), 0);
});

test('with forced colors everything that is operated has an edge that is seen', async () => {
  for (const kind of ['slider', 'text', 'audio']) {
    const visitor = await visit({ script: 'native', forcedColors: 'active', colorScheme: 'dark' });
    await render(visitor, { kind, product: 'popup' });
    await opened(visitor);
    await shown(visitor);
    const edgeless = await visitor.page.evaluate(() =>
      [...document.querySelectorAll('.captchad-start, .captchad-box, .captchad-handle, .captchad-slider, .captchad-input, .captchad-confirm, .captchad-play')]
        .filter((element) => {
          const { borderTopWidth, borderTopStyle, borderTopColor, backgroundColor } = getComputedStyle(element);
          return borderTopStyle === 'none' || borderTopWidth === '0px' || borderTopColor === backgroundColor;
        })
        .map((element) => element.className),
    );
    assert.deepEqual(edgeless, []);
    await screenshot(visitor, `access-forced-colors-${kind}`);
  }
});

test('whatever is clicked is at least 24 by 24 pixels', async () => {
  for (const kind of ['slider', 'text', 'audio']) {
    const visitor = await visit({ script: 'native' });
    await render(visitor, { kind });
    await opened(visitor);
    await shown(visitor);
    const small = await visitor.page.evaluate(() =>
      [...document.querySelectorAll('.captchad-root :is(button, input, [tabindex])')]
        .filter((element) => element.offsetParent)
        .map((element) => [element.className, element.getBoundingClientRect()])
        .filter(([, { width, height }]) => width < 24 || height < 24),
    );
    assert.deepEqual(small, []);
  }
});

// assertFits holds the panel against the window: nothing has to be scrolled sideways, and
// the whole panel is seen, or can be scrolled to.
async function assertFits({ page, box }, what) {
  const got = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, window: document.documentElement.clientWidth }));
  assert.ok(got.wide <= got.window, `${what}: the page is ${got.wide} px wide, its window ${got.window}`);
  const { x, width } = await box.boundingBox();
  assert.ok(x >= 0 && x + width <= got.window, `${what}: the panel goes from ${x} to ${x + width}`);
}

test('on small screens, and where everything is twice as large, nothing is scrolled sideways', async () => {
  for (const [width, height] of [[280, 653], [320, 256], [360, 640], [640, 300]]) {
    for (const product of ['float', 'popup', 'embed']) {
      for (const dir of ['ltr', 'rtl']) {
        const visitor = await visit({ script: 'native', viewport: { width, height }, dir, lang: dir === 'rtl' ? 'ar' : 'en' });
        await render(visitor, { product, language: dir === 'rtl' ? 'ar' : 'en' });
        const challenge = await shown(visitor);
        if (product !== 'embed') await visitor.start.click();
        await visitor.handle.waitFor();
        await assertFits(visitor, `${product} ${dir} in ${width}`);
        await screenshot(visitor, `access-${width}-${product}-${dir}`);
        for (const part of ['closer', 'handle', 'refresh']) {
          if (part === 'closer' && product === 'embed') continue;
          await visitor[part].scrollIntoViewIfNeeded();
          const { y, height: tall } = await visitor[part].boundingBox();
          assert.ok(y >= 0 && y + tall <= height, `${product} in ${width} by ${height}: ${part} is at ${y}`);
        }
        if (dir === 'rtl') continue;
        await visitor.handle.scrollIntoViewIfNeeded();
        await solve(visitor, challenge);
        await until('the Pass', () => visitor.page.evaluate(() => !!widget.getPass()));
      }
    }
  }
});

test('a floating panel is seen as a whole, wherever on the page its button is', async () => {
  for (const [justify, align] of [['end', 'end'], ['center', 'end'], ['end', 'start'], ['start', 'end']]) {
    const body = `<div style="min-height:95vh; display:flex; justify-content:${justify}; align-items:${align}"><div id="captcha"></div></div>`;
    const visitor = await visit({ body, viewport: { width: 600, height: 500 } });
    await init(visitor, { product: 'float' });
    await opened(visitor);
    await shown(visitor);
    const { x, y, width, height } = await visitor.box.boundingBox();
    assert.ok(x >= 0 && y >= 0 && x + width <= 600 && y + height <= 500, `${justify} ${align}: ${[x, y, width, height]}`);
  }
});

test('where the panel has no room below its button, the page scrolls to it', async () => {
  const body = '<div style="height:500px">above</div><div id="captcha"></div><div style="height:900px">below</div>';
  const visitor = await visit({ body, viewport: { width: 320, height: 340 } });
  await init(visitor, { product: 'float' });
  await shown(visitor);
  await visitor.start.scrollIntoViewIfNeeded();
  await visitor.start.press('Enter');
  await hasFocus(visitor.handle);
  const { y, height } = await visitor.box.boundingBox();
  assert.ok(y >= 0 && y + height <= 340, `the panel goes from ${y} to ${y + height}`);
});

test('on a page from right to left Arrow Right still moves the piece right, and so does a hand', async () => {
  const visitor = await visit({ dir: 'rtl', lang: 'ar', hasTouch: true });
  await init(visitor, { language: 'ara', product: 'float' });
  const challenge = await opened(visitor);
  await visitor.handle.press('ArrowRight');
  assert.ok((await place(visitor)) > 1);
  await visitor.handle.press('ArrowLeft');
  assert.ok((await place(visitor)) < 0.1);
  const [button, page] = [await visitor.start.boundingBox(), 1280];
  assert.ok(button.x + button.width > page - 20, 'the button is at the right edge');
  await swipe(visitor, await gap(challenge));
  await wasTold(visitor, 'success');
});

test("a widget in a language of the other direction stands where the page's own direction says", async () => {
  for (const [dir, language] of [['ltr', 'ara'], ['rtl', 'eng']]) {
    const visitor = await visit({ dir });
    await init(visitor, { language, product: 'float' });
    await opened(visitor);
    const edges = await visitor.page.evaluate(() =>
      ['.captchad-start', '.captchad-box'].map((part) => {
        const { left, right } = document.querySelector(part).getBoundingClientRect();
        return { left, right: innerWidth - right };
      }),
    );
    for (const edge of edges) assert.ok((dir === 'ltr' ? edge.left : edge.right) < 30, `${language} in ${dir}: ${JSON.stringify(edges)}`);
    await screenshot(visitor, `access-${language}-in-${dir}`);
  }
});

test("a page's own styles for buttons and fields do not spoil it", async () => {
  const styles = `
    button { width: 100%; min-height: 80px; text-transform: uppercase; background: linear-gradient(red, blue); box-shadow: 0 0 9px red; min-width: 200px; letter-spacing: 3px }
    input[type="text"] { width: 10px; height: 90px; margin: 30px; background: #333; color: #333; border: 8px solid; box-shadow: 0 0 9px red }
    button:hover, button:focus { background: red; color: red; outline: none }
    div, span { line-height: 3; } svg { width: 4px; display: inline } canvas, img { max-width: 50px; border: 3px solid red } dialog { padding: 90px; border: 9px solid red; border-radius: 50% }`;
  const measures = [];
  for (const extra of ['', `<style>${styles}</style>`]) {
    const visitor = await visit({ script: 'native', body: `${extra}<div id="captcha"></div>` });
    await render(visitor, { product: 'popup', kind: 'text' });
    await opened(visitor);
    await shown(visitor);
    await visitor.page.mouse.move(5, 790);
    await visitor.page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
    await screenshot(visitor, `access-styles-${extra ? 'hostile' : 'none'}`);
    measures.push(
      await visitor.page.evaluate(() =>
        ['start', 'box', 'close', 'refresh', 'input', 'confirm', 'picture', 'drawing', 'picture canvas'].map((part) => {
          const element = document.querySelector(`.captchad-${part}`);
          const { width, height } = element.getBoundingClientRect();
          const { color, backgroundColor, backgroundImage, boxShadow, textTransform, opacity } = getComputedStyle(element);
          return { part, width: Math.round(width), height: Math.round(height), color, backgroundColor, backgroundImage, boxShadow, textTransform, opacity };
        }),
      ),
    );
  }
  assert.deepEqual(measures[1], measures[0]);
});

test("it looks as the page does: dark where the page says so, and the visitor's choice where the page leaves it", async () => {
  const themes = [];
  for (const [scheme, style] of [['light', ''], ['light dark', ''], ['', 'color-scheme: light dark'], ['', ''], ['light dark', 'color-scheme: light']]) {
    const visitor = await visit({ scheme, colorScheme: 'dark', body: `<div id="captcha" style="${style}"></div>` });
    await init(visitor, { product: 'float' });
    await shown(visitor);
    const theme = () => visitor.start.evaluate((start) => start.closest('[data-theme]').dataset.theme);
    themes.push(await theme());
    await visitor.page.emulateMedia({ colorScheme: 'light' });
    await until('light', async () => (await theme()) === 'light');
  }
  assert.deepEqual(themes, ['light', 'dark', 'dark', 'light', 'light']);
});
