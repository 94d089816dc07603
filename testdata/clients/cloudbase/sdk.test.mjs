// @cloudbase/oauth 3.3.3 and @cloudbase/js-sdk 3.7.0, unmodified, in Node: a
// Challenge is fetched and answered by hand, as an app with its own captcha
// dialog does it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { parseCaptcha } from '@cloudbase/utilities/dist/cjs/libs/util.js';
import { introspect } from './backend.mjs';
import { advance } from './clock.mjs';
import { expired, malformed, refused, used, wrong } from './refusals.mjs';
import { sdks } from './sdks.mjs';
import { read, site } from './site.mjs';
import { tap } from './wire.mjs';

for (const [name, sdk] of Object.entries(sdks)) {
  describe(name, () => {
    let auth, wire;

    before(async () => {
      wire = await tap();
      auth = await sdk(wire.origin);
    });

    after(() => wire.close());

    const issue = () => auth.createCaptchaData({ state: 'sign-in' });
    const verify = (token, key) => auth.verifyCaptchaData({ token, key });

    test('a challenge is a GIF of 200 x 50 and a token, good for five minutes', async () => {
      const { data, type, token, expires_in, ...rest } = await issue();
      assert.deepEqual({ type, expires_in, rest }, { type: 'image', expires_in: 300, rest: {} });
      assert.match(token, /^[0-9a-f]{32}$/);
      assert.match(data, /^data:image\/gif;base64,[A-Za-z0-9+/]+={0,2}$/);
      const picture = Buffer.from(data.split(',')[1], 'base64');
      assert.equal(picture.toString('latin1', 0, 6), 'GIF89a');
      assert.deepEqual([picture.readUInt16LE(6), picture.readUInt16LE(8)], [200, 50]);
    });

    test('the SDK can take the picture and the token apart after it has joined them', async () => {
      const { data, token } = await issue();
      const state = 'POST:/v1/verification';
      const joined = `${data}?state=${encodeURIComponent(state)}&token=${token}`;
      assert.deepEqual(parseCaptcha(joined), { state, token, captchaData: data });
    });

    test('the right key, in lower case and among spaces, gives a token that can stand in a URL as it is', async () => {
      const { token } = await issue();
      const pass = await verify(token, `  ${(await read(token)).toLowerCase()} `);
      assert.match(pass.captcha_token, /^[A-Za-z0-9._~-]+$/);
      assert.equal(pass.expires_in, 300);
      const { active, client_id, sub } = await introspect(pass.captcha_token);
      assert.deepEqual({ active, client_id, sub }, { active: true, client_id: site, sub: token });
    });

    test('a wrong key is sent once and refused, and the challenge can still be answered', async () => {
      const { token } = await issue();
      wire.sent();
      await refused(verify(token, '!!!!'), wrong);
      assert.equal(wire.sent(), 'C');
      assert.ok((await verify(token, await read(token))).captcha_token);
    });

    test('a challenge is used once it is solved, whatever the key', async () => {
      const { token } = await issue();
      await verify(token, await read(token));
      await refused(verify(token, await read(token)), used);
      await refused(verify(token, '!!!!'), used);
    });

    test('after five wrong keys the right one comes too late', async () => {
      const { token } = await issue();
      for (let attempt = 1; attempt <= 5; attempt++) await refused(verify(token, '!!!!'), wrong);
      await refused(verify(token, await read(token)), expired);
    });

    test('a challenge expires after five minutes, solved or not', async () => {
      const [solved, unsolved] = [(await issue()).token, (await issue()).token];
      const keys = { [solved]: await read(solved), [unsolved]: await read(unsolved) };
      await advance('290s');
      assert.ok((await verify(solved, keys[solved])).captcha_token);
      await advance('10s');
      await refused(verify(solved, keys[solved]), expired);
      await refused(verify(unsolved, keys[unsolved]), expired);
    });

    test('an unknown token is answered like an expired one', async () => {
      await refused(verify('no-such-token', 'AB12'), expired);
      await refused(verify('0123456789abcdef0123456789abcdef', 'AB12'), expired);
    });

    test('an empty key is a mistake of the app, and counts as no attempt', async () => {
      const { token } = await issue();
      for (let attempt = 1; attempt <= 6; attempt++) await malformed(verify(token, attempt % 2 ? '' : '   '));
      await malformed(verify('no-such-token', ''));
      assert.ok((await verify(token, await read(token))).captcha_token);
    });
  });
}
