// @cloudbase/oauth 3.3.3 and @cloudbase/js-sdk 3.7.0, unmodified, in Node, and a
// business call that asks for a captcha: the SDK fetches a Challenge by itself,
// has it solved, repeats the call with the token, and keeps the token.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { advance } from './clock.mjs';
import { refused, tokenInvalid, wrong } from './refusals.mjs';
import { oauth, sdks } from './sdks.mjs';
import { tap } from './wire.mjs';

let wire;

before(async () => {
  wire = await tap();
});

beforeEach(() => wire.sent());

after(() => wire.close());

// call is the protected business call: a code is sent to a phone.
const call = (auth, options) => auth.getVerification({ phone_number: '13800000000', target: 'ANY' }, options);

async function succeeds(called) {
  const { verification_id, ...rest } = await called;
  assert.match(verification_id, /^[0-9a-f]{32}$/);
  assert.deepEqual(rest, { expires_in: 600, is_user: false });
}

for (const [name, sdk] of Object.entries(sdks)) {
  test(`${name} solves one challenge, and is let in by its token again and again`, async () => {
    const auth = await sdk(wire.origin);
    await succeeds(call(auth));
    assert.equal(wire.sent(), 'V D C V+T');
    await succeeds(call(auth));
    assert.equal(wire.sent(), 'V V+T');
    await succeeds(call(auth));
    assert.equal(wire.sent(), 'V V+T');
  });
}

test('where a token is good once, the SDK keeps none and solves a challenge for each call', async () => {
  const auth = await oauth(wire.origin, { clientId: 'demo-once' });
  for (let n = 0; n < 2; n++) {
    await succeeds(call(auth));
    assert.equal(wire.sent(), 'V D C V+T');
  }
});

test('a wrong answer ends the call with its error, and neither is repeated', async () => {
  const auth = await oauth(wire.origin, { answer: () => '!!!!' });
  await refused(call(auth), wrong);
  assert.equal(wire.sent(), 'V D C');
});

test('an expired token is refused, and replaced when the call asks for a captcha beforehand', async () => {
  const auth = await oauth(wire.origin);
  await succeeds(call(auth));
  wire.sent();
  // The SDK lives by the real time, so it still trusts the token that it keeps.
  await advance('306s');
  await refused(call(auth), tokenInvalid);
  assert.equal(wire.sent(), 'V V+T');
  await succeeds(call(auth, { withCaptcha: true }));
  assert.equal(wire.sent(), 'V+T D C V+T');
});
