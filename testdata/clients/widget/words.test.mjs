// Characters to click in order, as GeeTest's script shows them: by mouse, by keys, and
// for those who look with other eyes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { solution } from '../captchad.mjs';
import { assertAccessible } from './axe.mjs';
import { browsing, init, screenshot, shown, told, wasTold } from './page.mjs';

const visit = browsing();

// asked opens the panel, and returns the puzzle and where its characters are.
async function asked(visitor) {
  await init(visitor, { riskType: 'word' });
  const challenge = await shown(visitor);
  await visitor.start.click();
  const field = visitor.page.locator('.geetest_window');
  await field.waitFor();
  const { points } = await solution(challenge.id);
  return { challenge, field, points, confirm: visitor.page.locator('.geetest_submit') };
}

async function click({ page }, field, [x, y]) {
  const box = await field.boundingBox();
  await page.mouse.click(box.x + (x * box.width) / 310, box.y + (y * box.width) / 310);
}

test('three characters are clicked in order, and confirmed', async () => {
  const visitor = await visit();
  const { challenge, field, points, confirm } = await asked(visitor);
  assert.equal(challenge.kind, 'words');
  assert.equal(points.length, 3);
  assert.equal(await visitor.page.locator('.geetest_ques_tips').getAttribute('aria-label'), challenge.words.join(' '));
  for (const [n, point] of points.entries()) {
    assert.equal(await confirm.isDisabled(), true);
    await click(visitor, field, point);
    assert.equal(await visitor.page.locator('.geetest_mark_no').count(), n + 1);
  }
  await screenshot(visitor, 'words');
  await confirm.click();
  await wasTold(visitor, 'success');
});

test('a mark is taken back by a click on it, with those after it', async () => {
  const visitor = await visit();
  const { field, points, confirm } = await asked(visitor);
  for (const point of [points[0], points[2], points[1]]) await click(visitor, field, point);
  await click(visitor, field, points[2]);
  assert.equal(await visitor.page.locator('.geetest_mark_no').count(), 1);
  assert.equal(await confirm.isDisabled(), true);
  for (const point of points.slice(1)) await click(visitor, field, point);
  await confirm.click();
  await wasTold(visitor, 'success');
});

test('a wrong order fails, and another puzzle comes', async () => {
  const visitor = await visit();
  const { challenge, field, points, confirm } = await asked(visitor);
  for (const point of [...points].reverse()) await click(visitor, field, point);
  await confirm.click();
  await wasTold(visitor, 'fail');
  const [, failure] = (await told(visitor)).find(([name]) => name === 'fail');
  assert.equal(failure.captchaType, 'word');
  assert.notEqual((await shown(visitor, 2)).id, challenge.id);
});

test('it is solved by keys alone, by who can see the picture', async () => {
  const visitor = await visit();
  const { field, points } = await asked(visitor);
  await field.focus();
  const at = [155, 77.5];
  for (const [x, y] of points) {
    for (const [axis, wanted, keys] of [[0, x, ['ArrowRight', 'ArrowLeft']], [1, y, ['ArrowDown', 'ArrowUp']]]) {
      const way = wanted - at[axis];
      const key = keys[way > 0 ? 0 : 1];
      const far = Math.floor(Math.abs(way) / 10);
      const near = Math.round((Math.abs(way) % 10) / 2);
      for (let n = 0; n < far; n++) await field.press(key);
      for (let n = 0; n < near; n++) await field.press(`Shift+${key}`);
      at[axis] += Math.sign(way) * (far * 10 + near * 2);
    }
    await field.press('Enter');
  }
  await field.press('Backspace');
  assert.equal(await visitor.page.locator('.geetest_mark_no').count(), 2);
  await field.press('Enter');
  await field.press('Enter');
  await wasTold(visitor, 'success');
});

test('axe-core finds nothing serious', async () => {
  for (const scheme of ['light', 'dark']) {
    const visitor = await visit({ scheme });
    const { field, points } = await asked(visitor);
    await click(visitor, field, points[0]);
    await assertAccessible(visitor, scheme);
  }
});
