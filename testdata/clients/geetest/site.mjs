import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { onJSON, post, url } from '../captchad.mjs';
import { drag as dragPiece } from '../drag.mjs';
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

// succeeds wants a Pass to be the five texts, and good once.
export async function succeeds(pass) {
  assert.deepEqual(Object.keys(pass).sort(), ['captcha_id', 'captcha_output', 'gen_time', 'lot_number', 'pass_token']);
  for (const text of Object.values(pass)) assert.match(text, /^[A-Za-z0-9_-]+$/);
  assert.equal((await redeem(pass)).result, 'success');
  assert.equal((await redeem(pass)).reason, 'pass_token used');
}

// watch listens to which puzzles the page gets.
export function watch(page) {
  const ids = [];
  const shown = (response) => /\/native\/v1\/challenges(\/[0-9a-f]{32})?\?/.test(response.url()) && response.ok();
  onJSON(page, shown, ({ id }) => ids.push(id));
  return ids;
}

// A popup that is closed leaves its parts on the page.
const seen = (page, part) => page.locator(part).filter({ visible: true });

// open opens the panel of the widget, once there is a puzzle.
export async function open(page) {
  await page.locator('.geetest_captcha.geetest_nextReady .geetest_btn_click').click();
  await seen(page, '.geetest_btn').waitFor();
}

// drag pushes the piece of the latest puzzle, which is not the one before, to its
// place, or off it by a mistake.
export async function drag(page, ids, { mistake = 0, before } = {}) {
  const id = await until('a puzzle', () => ids.at(-1) !== before && ids.at(-1));
  const parts = { handle: seen(page, '.geetest_btn'), rail: seen(page, '.geetest_slider') };
  await dragPiece(page, { ...parts, id, mistake }, async () => {
    if (process.env.CAPTCHAD_SCREENSHOTS) await page.screenshot({ path: `${process.env.CAPTCHAD_SCREENSHOTS}/geetest-${id}.png` });
  });
  return id;
}
