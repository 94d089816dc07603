import { createServer } from 'node:http';

// serveApp serves the page of an app, and its script as /page.js, on an origin
// that is not captchad's: localhost, where captchad is on 127.0.0.1.
export async function serveApp(html, script) {
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript; charset=utf-8' : 'text/html' });
    response.end(isScript ? script : html);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return { origin: `http://localhost:${server.address().port}`, close: () => server.close() };
}
