import assert from 'node:assert/strict';
import { post } from '../captchad.mjs';

// redeemsOnce is the app's backend: the second check succeeds, and never again.
export async function redeemsOnce(pass) {
  assert.deepEqual(Object.keys(pass), ['captchaVerification']);
  const first = await post('/captcha/verify', pass);
  assert.deepEqual(first, { repCode: '0000', repMsg: '成功', repData: null, success: true, error: false });
  const second = await post('/captcha/verify', pass);
  assert.equal(second.repCode, '6110');
}
