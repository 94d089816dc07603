import assert from 'node:assert/strict';

// The refusals that the vendor documents, word for word: the SDK shows the
// description to the end user.
export const wrong = { error: 'invalid_captcha', error_code: 4001, error_description: 'Verification code error' };
export const expired = { error: 'captcha_expired', error_code: 4002, error_description: 'Verification code expired, please get new one' };
export const used = { error: 'captcha_used', error_code: 4003, error_description: 'Verification code already used, please get new one' };

// What a business API says. Its numbers are the same as those above.
export const tokenInvalid = { error: 'captcha_invalid', error_code: 4002, error_description: 'captcha_token invalid' };

// refused is a call that has to fail with such a refusal.
export async function refused(call, refusal) {
  assertRefusal(await call.then(succeeded, (caught) => caught), refusal);
}

// assertRefusal compares what was caught. The SDKs add members of their own to
// what the server sent.
export function assertRefusal({ error, error_code, error_description }, refusal) {
  assert.deepEqual({ error, error_code, error_description }, refusal);
}

// malformed is a call that has to fail because of its arguments. The server is
// free to say in its own words what is wrong with them.
export async function malformed(call) {
  const { error, error_code, error_description } = await call.then(succeeded, (caught) => caught);
  assert.deepEqual({ error, error_code }, { error: 'invalid_argument', error_code: 3 });
  assert.ok(error_description);
}

const succeeded = (answer) => assert.fail(`not refused: ${JSON.stringify(answer)}`);
