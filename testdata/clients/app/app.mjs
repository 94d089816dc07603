// An app with two login forms, as small as it goes: one has GeeTest's captcha, one has Yidun's. It does
// what the vendors document and knows nothing of captchad: that is an address in its configuration.
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

// start serves the app. Each vendor's config has its script, the URL of its API, and the credentials of a site.
export async function start(vendors) {
  const server = createServer(async (request, response) => {
    const name = request.url.slice(1); // /geetest or /yidun
    if (!vendors[name]) return response.writeHead(404).end();
    let said = '';
    if (request.method === 'POST') {
      let body = '';
      for await (const chunk of request) body += chunk;
      const form = Object.fromEntries(new URLSearchParams(body));
      // Whatever goes wrong on the way to the vendor lets nobody in.
      const refusal = await refusals[name](vendors[name], form).catch((error) => error.message);
      said = refusal ? `<p role="alert">Are you a robot? (${refusal})</p>` : '<p role="status">Welcome!</p>';
    }
    const page = readFileSync(new URL(`${name}.html`, import.meta.url), 'utf8');
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(page.replace('{said}', said).replace('{script}', vendors[name].script).replace('{id}', vendors[name].id));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return { url: `http://localhost:${server.address().port}`, stop: () => server.close() };
}

// refusals ask the vendor whether what the page sent is a solved captcha: "" if it is, else what is wrong.
const refusals = {
  async geetest({ url, id, key }, { lot_number, captcha_output, pass_token, gen_time }) {
    const sign_token = createHmac('sha256', key).update(lot_number).digest('hex');
    const form = new URLSearchParams({ lot_number, captcha_output, pass_token, gen_time, sign_token });
    const response = await fetch(`${url}/validate?captcha_id=${id}`, { method: 'POST', body: form });
    const { result, reason } = await response.json();
    return result === 'success' ? '' : reason;
  },

  async yidun({ url, id, secretId, secretKey }, { NECaptchaValidate: validate }) {
    const form = { captchaId: id, validate, user: '', secretId, version: 'v2', timestamp: `${Date.now()}`, nonce: randomBytes(16).toString('hex') };
    const text = Object.keys(form).sort().map((name) => name + form[name]).join('') + secretKey;
    const signature = createHash('md5').update(text).digest('hex');
    const response = await fetch(`${url}/api/v2/verify`, { method: 'POST', body: new URLSearchParams({ ...form, signature }) });
    const { result, msg } = await response.json();
    return result === true ? '' : msg;
  },
};
