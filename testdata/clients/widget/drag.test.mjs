// The slider under a mouse, a finger and keys, in a real browser.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../poll.mjs';
import { drag, finger, gap, grab, place, push, solve, swipe } from './hands.mjs';
import { browsing, focused, hasFocus, init, names, opened, render, says, screenshot, shown, texts, wasTold } from './page.mjs';

const visit = browsing();

for (const product of ['float', 'popup']) {
  test(`${product}: the mouse brings the piece into its gap`, async () => {
    const visitor = await visit();
    await init(visitor, { product });
    const challenge = await opened(visitor);
    await screenshot(visitor, `drag-${product}-opened`);
    await solve(visitor, challenge);
    await wasTold(visitor, 'success');
    assert.equal(await visitor.box.isVisible(), false);
    assert.equal(await visitor.start.textContent(), texts.passed);
    await screenshot(visitor, `drag-${product}-passed`);
  });
}

test('the picture itself can be dragged by its piece', async () => {
  const visitor = await visit();
  await init(visitor);
  const x = await gap(await opened(visitor));
  const strip = await visitor.piece.boundingBox();
  const { mouse } = visitor.page;
  const pace = (await visitor.rail.boundingBox()).width - (await visitor.handle.boundingBox()).width;
  await mouse.move(strip.x + 20, strip.y + 80);
  await mouse.down();
  await mouse.move(strip.x + 20 + (pace * x) / 263, strip.y + 80, { steps: 5 });
  await mouse.up();
  await wasTold(visitor, 'success');
});

for (const product of ['float', 'popup']) {
  test(`${product}: a finger brings the piece into its gap, on a small screen`, async () => {
    const visitor = await visit({ hasTouch: true, isMobile: true, viewport: { width: 360, height: 640 } });
    await init(visitor, { product });
    const challenge = await shown(visitor);
    await visitor.start.tap();
    await visitor.handle.waitFor();
    await swipe(visitor, await gap(challenge));
    await wasTold(visitor, 'success');
    assert.equal(await visitor.page.evaluate(() => scrollY), 0);
  });
}

test('a touch that the browser takes away answers nothing, and the piece is back', async () => {
  const visitor = await visit({ hasTouch: true });
  await init(visitor);
  await opened(visitor);
  await swipe(visitor, 100, 'cancel');
  await until('the piece at its beginning', async () => (await place(visitor)) === 0);
  assert.deepEqual(visitor.answers, []);
});

test('a second finger neither moves the piece nor ends the drag of the first', async () => {
  const visitor = await visit({ hasTouch: true });
  await init(visitor);
  const x = await gap(await opened(visitor));
  await grab(visitor, x);
  const hand = await finger(visitor);
  const { x: left, y: top } = await visitor.handle.boundingBox();
  await hand.down([left + 10, top + 10]);
  await hand.move([left + 60, top + 10]);
  await hand.cancel();
  assert.deepEqual(visitor.answers, []);
  await visitor.page.mouse.up();
  await wasTold(visitor, 'success');
});

test('a mere click on the handle answers nothing, and neither does a way there and back', async () => {
  const visitor = await visit();
  await init(visitor);
  const challenge = await opened(visitor);
  await visitor.handle.click();
  await grab(visitor, 80);
  const { x, y } = await visitor.rail.boundingBox();
  await visitor.page.mouse.move(x - 40, y + 10);
  await visitor.page.mouse.up();
  assert.equal(await place(visitor), 0);
  assert.deepEqual(visitor.answers, []);
  await solve(visitor, challenge);
  await wasTold(visitor, 'success');
  assert.equal(visitor.answers.length, 1);
});

test('the keyboard alone solves it from the button, and has the focus back', async () => {
  const visitor = await visit();
  await init(visitor, { product: 'popup' });
  const { keyboard } = visitor.page;
  const x = await gap(await shown(visitor));
  await visitor.page.locator('#app').focus();
  await keyboard.press('Tab');
  await hasFocus(visitor.start);
  await keyboard.press('Enter');
  await hasFocus(visitor.handle);
  await screenshot(visitor, 'drag-focus');
  await push(visitor, x);
  await keyboard.press('Enter');
  await wasTold(visitor, 'success');
  await hasFocus(visitor.start);
});

test('arrows go far and, with Shift, near; Home and End go all the way', async () => {
  const visitor = await visit();
  await init(visitor);
  await opened(visitor);
  const { keyboard } = visitor.page;
  const after = async (key) => {
    await keyboard.press(key);
    return (await place(visitor)) * 2.63;
  };
  const near = (got, want) => assert.ok(Math.abs(got - want) < 0.5, `${got} px, want ${want}`);
  near(await after('ArrowRight'), 5);
  near(await after('ArrowUp'), 10);
  near(await after('Shift+ArrowRight'), 11);
  near(await after('ArrowLeft'), 6);
  near(await after('Shift+ArrowDown'), 5);
  near(await after('End'), 263);
  near(await after('ArrowRight'), 263);
  near(await after('Home'), 0);
  near(await after('ArrowLeft'), 0);
  near(await after('Alt+ArrowRight'), 0); // the browser's own: forward
  assert.deepEqual(visitor.answers, []);
});

test('a key that is kept down after it opened the panel does not answer', async () => {
  const visitor = await visit();
  await init(visitor);
  await shown(visitor);
  await visitor.start.focus();
  await visitor.page.keyboard.down('Enter');
  await hasFocus(visitor.handle);
  await visitor.page.keyboard.down('Enter'); // Playwright sends these as repeated
  await visitor.page.keyboard.up('Enter');
  await visitor.page.keyboard.press('Enter'); // nothing has been moved yet
  assert.deepEqual(visitor.answers, []);
});

test('a wrong Answer says so, and another puzzle comes by itself; it has the keyboard', async () => {
  const visitor = await visit();
  await init(visitor);
  const first = await opened(visitor);
  await solve(visitor, first, 60);
  await says(visitor, texts.wrong);
  await screenshot(visitor, 'drag-wrong');
  const second = await shown(visitor, 2);
  assert.notEqual(second.id, first.id);
  assert.equal(await place(visitor), 0);
  await hasFocus(visitor.handle);
  await solve(visitor, second);
  await wasTold(visitor, 'success');
});

test('the refresh button brings another puzzle', async () => {
  const visitor = await visit();
  await init(visitor);
  const first = await opened(visitor);
  await visitor.refresh.click();
  const second = await shown(visitor, 2);
  assert.notEqual(second.id, first.id);
  await solve(visitor, second);
  await wasTold(visitor, 'success');
});

const closing = {
  'Escape closes the panel': ({ page }) => page.keyboard.press('Escape'),
  'the close button closes the panel': ({ closer }) => closer.click(),
  'a click beside it closes the panel': ({ page }) => page.mouse.click(1000, 700),
};

for (const product of ['float', 'popup']) {
  for (const [sentence, close] of Object.entries(closing)) {
    // A click on the page takes the focus away from what floats there, as everywhere.
    const lost = product === 'float' && sentence.includes('beside');
    test(`${product}: ${sentence}${lost ? '' : ', the focus is back at the button'}, and it opens again`, async () => {
      const visitor = await visit();
      await init(visitor, { product });
      const challenge = await opened(visitor);
      await hasFocus(visitor.handle);
      await close(visitor);
      await wasTold(visitor, 'close');
      assert.equal(await visitor.box.isVisible(), false);
      if (!lost) await hasFocus(visitor.start);
      await visitor.start.click();
      await solve(visitor, challenge);
      await wasTold(visitor, 'success');
      assert.deepEqual((await names(visitor)).filter((name) => name === 'close' || name === 'boxShow'), ['boxShow', 'close', 'boxShow']);
    });
  }
}

test('a click on something else of the page closes a floating panel, and the focus is there', async () => {
  const visitor = await visit();
  await init(visitor, { product: 'float' });
  await opened(visitor);
  await visitor.page.locator('#app').click();
  await wasTold(visitor, 'close');
  assert.equal(await focused(visitor), 'app');
});

test('the way of the hand comes with the Answer: at most 300 moves, their times rising, in pixels of the picture', async () => {
  const visitor = await visit();
  await init(visitor);
  const x = await gap(await opened(visitor));
  await grab(visitor, x);
  await visitor.handle.evaluate((handle) => {
    const { left, top, width } = handle.getBoundingClientRect();
    for (let n = -400; n <= 400; n++) { // away and back, faster than Playwright's mouse
      const clientX = left + width / 2 - 100 + Math.abs(n) / 4;
      handle.dispatchEvent(new PointerEvent('pointermove', { pointerId: 1, clientX, clientY: top + 20 }));
    }
  });
  await visitor.page.mouse.up();
  await wasTold(visitor, 'success');
  const [{ answer, track }] = visitor.answers;
  assert.ok(Math.abs(answer.x - x) <= 1.5, `answered ${answer.x}, want ${x}`);
  assert.ok(track.length >= 12 && track.length <= 300, `${track.length} moves`);
  assert.equal(track[0][0], 0);
  for (const [n, [ms, moved, y]] of track.entries()) {
    if (n > 0) assert.ok(ms >= track[n - 1][0], `move ${n} is at ${ms} ms, after ${track[n - 1][0]}`);
    assert.ok(moved >= 0 && moved <= 263, `move ${n} is at ${moved}`);
    assert.ok(y > 155 && y < 230, `move ${n} has y ${y}: the rail is below the picture`);
  }
  assert.deepEqual(track.at(-1)[1], answer.x);
});

test("a page's own script can do it, as its tests do", async () => {
  const visitor = await visit();
  await init(visitor);
  const x = await gap(await opened(visitor));
  await visitor.page.evaluate((x) => {
    const [handle, rail] = ['.geetest_btn', '.geetest_slider'].map((name) => document.querySelector(name));
    const way = ((rail.clientWidth - handle.offsetWidth) * x) / 263;
    const fire = (type, clientX) => handle.dispatchEvent(new PointerEvent(type, { pointerId: 77, clientX, clientY: 0, bubbles: true }));
    fire('pointerdown', 100);
    fire('pointermove', 100 + way);
    fire('pointerup', 100 + way);
  }, x);
  await wasTold(visitor, 'success');
});

test('captchad.js does the same', async () => {
  const visitor = await visit({ script: 'native' });
  await render(visitor);
  const first = await opened(visitor);
  await solve(visitor, first, 60);
  await solve(visitor, await shown(visitor, 2));
  await wasTold(visitor, 'success');
  assert.deepEqual(await names(visitor), ['fail', 'success']);
  assert.ok(await visitor.page.evaluate(() => typeof widget.getPass() === 'object'));
});

test('where the widget is scaled, the piece still goes with the pointer', async () => {
  for (const rem of [0.75, 1.5]) {
    const visitor = await visit();
    await init(visitor, { rem });
    const challenge = await opened(visitor);
    const { x: before } = await visitor.handle.boundingBox();
    await grab(visitor, 100);
    const { x: after } = await visitor.handle.boundingBox();
    const pointer = ((await visitor.rail.evaluate((r) => r.clientWidth - r.querySelector('[role=slider]').offsetWidth)) * rem * 100) / 263;
    assert.ok(Math.abs(after - before - pointer) < 2, `rem ${rem}: the handle went ${after - before}, the pointer ${pointer}`);
    await visitor.page.mouse.move(1, 1);
    await visitor.page.mouse.up();
    await drag(visitor, await gap(challenge));
    await wasTold(visitor, 'success');
  }
});
