import { url } from '../captchad.mjs';
import { secret, site } from './site.mjs';

const credentials = Buffer.from(`${site}:${secret}`).toString('base64');

// introspect is the app's backend, which asks captchad about a captcha_token.
export async function introspect(token) {
  const response = await fetch(`${url}/auth/v1/captcha/introspect`, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams({ token }),
  });
  return response.json();
}
