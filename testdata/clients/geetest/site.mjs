import { createHmac } from 'node:crypto';
import { post, solution, url } from '../captchad.mjs';
import { until } from '../poll.mjs';

// The vendor's public demo pair, which a mock has as a ready Site.
export const captchaId = '647f5ed2ed8acb4be36784e01556bb71';
export const captchaKey = 'b09a7aafbfd83f73b35a9b530d0337bf';

// mint is what getValidate() gives a page, without a page.
export const mint = async () => (await post('/control/v1/passes', { site: captchaId })).pass;

// redeem does what an app's backend does with it.
export async function redeem(pass) {
  const sign_token = createHmac('sha256', captchaKey).update(pass.lot_number).digest('hex');
  const { captcha_id, ...rest } = pass;
  const response = await fetch(`${url}/validate?captcha_id=${captcha_id}`, {
    method: 'POST',
    body: new URLSearchParams({ ...rest, sign_token }),
  });
  return response.json();
}

// watch listens to which puzzles the page gets.
export function watch(page) {
  const ids = [];
  page.on('response', async (response) => {
    if (/\/native\/v1\/challenges(\/[0-9a-f]{32})?\?/.test(response.url()) && response.ok()) ids.push((await response.json()).id);
  });
  return ids;
}

// ready opens the panel of the widget, once there is a puzzle.
export async function open(page) {
  await page.locator('.geetest_captcha.geetest_nextReady .geetest_btn_click').click();
  await page.locator('.geetest_btn').waitFor();
}

// drag pushes the piece of the latest puzzle to its place, or off it by a mistake.
export async function drag(page, ids, mistake = 0) {
  const id = await until('a puzzle', () => ids.at(-1));
  const { x } = await solution(id);
  const handle = await page.locator('.geetest_btn').boundingBox();
  const rail = await page.locator('.geetest_slider').boundingBox();
  const [left, top] = [handle.x + handle.width / 2, handle.y + handle.height / 2];
  // The picture is 310 wide, the piece 47.
  const way = ((rail.width - handle.width) * (x > 150 ? x - mistake : x + mistake)) / (310 - 47);
  await page.mouse.move(left, top);
  await page.mouse.down();
  await page.mouse.move(left + way, top + 2, { steps: 12 });
  await page.mouse.up();
  return id;
}
