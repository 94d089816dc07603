// jose 5.10.0 checks captcha_tokens as a business API in any language would do it
// offline: by the JWKS that captchad publishes, knowing nothing else of captchad.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { calculateJwkThumbprint, createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { url } from '../captchad.mjs';
import { advance, now } from './clock.mjs';
import { oauth } from './sdks.mjs';
import { read, site } from './site.mjs';

const keySet = `${url}/auth/v1/certs`;
const published = createRemoteJWKSet(new URL(keySet));

// solve gets a captcha_token for an app.
async function solve(clientId = site) {
  const auth = await oauth(url, { clientId });
  const { token: challenge } = await auth.createCaptchaData({ state: 'sign-in' });
  const { captcha_token } = await auth.verifyCaptchaData({ token: challenge, key: await read(challenge) });
  return { token: captcha_token, challenge };
}

// check is all that a business API has to do. Here it is told the time too: other
// tests have moved captchad's clock.
async function check(token, { keys = published, ...options } = {}) {
  const { payload } = await jwtVerify(token, keys, {
    algorithms: ['RS256'],
    issuer: url,
    audience: site,
    requiredClaims: ['exp', 'nbf', 'iat', 'jti', 'sub'],
    currentDate: await now(),
    ...options,
  });
  assert.equal(payload.scope, 'captcha');
  return payload;
}

const at = (seconds) => new Date(seconds * 1000);

const refusedClaim = (claim) => ({ code: 'ERR_JWT_CLAIM_VALIDATION_FAILED', claim });

test('a token is accepted from its first second to its last', async () => {
  const { token, challenge } = await solve();
  const { iat, nbf, exp, jti, ...claims } = await check(token);
  assert.deepEqual(claims, { iss: url, aud: site, sub: challenge, scope: 'captcha' });
  assert.deepEqual({ nbf, exp }, { nbf: iat, exp: iat + 300 });
  assert.match(jti, /^[0-9a-f]{32}$/);
  await check(token, { currentDate: at(iat) });
  await check(token, { currentDate: at(exp - 1) });
});

test('a token is refused after it has expired, and before it was issued', async () => {
  const { token } = await solve();
  const { exp, nbf } = await check(token);
  await assert.rejects(check(token, { currentDate: at(exp) }), { code: 'ERR_JWT_EXPIRED' });
  await assert.rejects(check(token, { currentDate: at(nbf - 1) }), refusedClaim('nbf'));
});

test('a token is refused when captchad has lived on for five minutes', async () => {
  const { token } = await solve();
  await check(token);
  await advance('300s');
  await assert.rejects(check(token), { code: 'ERR_JWT_EXPIRED' });
});

test('a token is refused by an app that expects another audience or issuer', async () => {
  const { token } = await solve();
  await assert.rejects(check(token, { audience: 'other-env' }), refusedClaim('aud'));
  await assert.rejects(check(token, { issuer: 'https://captcha.example.test' }), refusedClaim('iss'));
});

test('a token of another app is refused, though the same key signed it', async () => {
  const other = await solve('other-env');
  assert.equal((await check(other.token, { audience: 'other-env' })).sub, other.challenge);
  await assert.rejects(check(other.token), refusedClaim('aud'));
});

test('a token is refused with an altered signature, or with altered claims', async () => {
  const { token } = await solve();
  const [header, claims, signature] = token.split('.');
  const forged = { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' };
  await assert.rejects(check([header, claims, altered(signature)].join('.')), forged);
  const longer = { ...JSON.parse(Buffer.from(claims, 'base64url')), exp: 4102444800 };
  await assert.rejects(check([header, encoded(longer), signature].join('.')), forged);
});

test('both addresses publish one key set: public members only, each key named by its thumbprint', async () => {
  const { token } = await solve();
  const wellKnown = `${url}/.well-known/jwks.json`;
  const served = await (await fetch(keySet)).json();
  assert.deepEqual(await (await fetch(wellKnown)).json(), served);
  for (const key of served.keys) {
    assert.deepEqual(Object.keys(key).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use']);
    assert.deepEqual({ kty: key.kty, alg: key.alg, use: key.use }, { kty: 'RSA', alg: 'RS256', use: 'sig' });
    assert.equal(key.kid, await calculateJwkThumbprint(key));
  }
  assert.equal(decodeProtectedHeader(token).kid, served.keys[0].kid);
  await check(token, { keys: createRemoteJWKSet(new URL(wellKnown)) });
});

const encoded = (claims) => Buffer.from(JSON.stringify(claims)).toString('base64url');

// altered changes a bit in the middle: the last character of base64 may hold
// bits that mean nothing.
function altered(signature) {
  const bytes = Buffer.from(signature, 'base64url');
  bytes[bytes.length >> 1] ^= 1;
  return bytes.toString('base64url');
}

test('after its key was replaced and withdrawn a token is refused, and a new one accepted', async () => {
  const { token } = await solve();
  const { iat } = await check(token);
  const fresh = await rotateKey();
  await advance('30m'); // the new key is announced for fifteen, the old one kept for ten more
  const republished = createRemoteJWKSet(new URL(keySet));
  await assert.rejects(check(token, { keys: republished, currentDate: at(iat) }), { code: 'ERR_JWKS_NO_MATCHING_KEY' });
  const next = await solve();
  assert.equal(decodeProtectedHeader(next.token).kid, fresh);
  await check(next.token, { keys: republished });
});

// rotateKey does what an operator does to a running captchad.
async function rotateKey() {
  const { CAPTCHAD_PROGRAM: program, CAPTCHAD_DB: db } = process.env;
  const { stdout } = await promisify(execFile)(program, ['key', 'rotate', '--db', db]);
  return stdout.trim().split(' ').pop();
}
