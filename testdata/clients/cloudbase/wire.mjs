import { createServer, request } from 'node:http';
import { url } from '../captchad.mjs';

const letters = {
  '/auth/v1/verification': 'V',
  '/auth/v1/captcha/data': 'D',
  '/auth/v1/captcha/data/verify': 'C',
};

// letter is a request in short: V the protected business call, V+T the same with
// a captcha_token, D a picture is fetched, C an Answer is checked.
export function letter(method, target) {
  const { pathname, searchParams } = new URL(target, url);
  const known = method === 'POST' && letters[pathname];
  if (!known) return `${method} ${pathname}`;
  return searchParams.has('captcha_token') ? `${known}+T` : known;
}

// tap puts itself between an SDK and captchad. Its sent() is what has come by
// since one last asked.
export async function tap() {
  let seen = [];
  const server = createServer((incoming, outgoing) => {
    const { method, url: target, headers } = incoming;
    seen.push(letter(method, target));
    const onward = request(new URL(target, url), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', (error) => outgoing.destroy(error));
    incoming.pipe(onward);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const sent = () => {
    const spelt = seen.join(' ');
    seen = [];
    return spelt;
  };
  const close = () => {
    server.close();
    // The SDKs would keep their connections, and with them the process.
    server.closeAllConnections();
  };
  return { origin: `http://127.0.0.1:${server.address().port}`, sent, close };
}
