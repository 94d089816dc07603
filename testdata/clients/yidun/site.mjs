import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { serveApp } from '../app.mjs';
import { onJSON, solution, url } from '../captchad.mjs';
import { launch } from '../chromium.mjs';
import { drag as dragPiece } from '../drag.mjs';
import { until } from '../poll.mjs';

// The pair of the vendor's test vectors, which a mock has as a ready Site.
export const captchaId = 'a05f036b70ab447b87cc788af9a60974';
const secretId = 'f0ba0b0c4ed84b2a8f0a6f7c1d2e3f40';
const secretKey = '6308afb129ea00301bd7c79621d07591';

// verify does what an app's backend does with a Pass of that Site.
export async function verify(validate, site = captchaId) {
  const form = { captchaId: site, validate, user: '', secretId, version: 'v2', timestamp: String(Date.now()), nonce: String(Math.random()) };
  const text = Object.keys(form).sort().map((name) => name + form[name]).join('');
  const signature = createHash('md5').update(text + secretKey).digest('hex');
  const response = await fetch(`${url}/api/v2/verify`, { method: 'POST', body: new URLSearchParams({ ...form, signature }) });
  return response.json();
}

// startForm serves an app's form with our script from that path, and has a browser for its
// visitors.
export async function startForm(script) {
  const html = `<!doctype html><meta charset="utf-8"><form action="/"><div id="captcha"></div><button>Send</button></form>
    <script src="${url}${script}"></script><script src="/page.js"></script>`;
  const own = await readFile(new URL('page.js', import.meta.url), 'utf8');
  const browser = await launch();
  const app = await serveApp(html, own);
  return {
    origin: app.origin,
    // newPage is for a new visitor, who has still to go to the origin.
    async newPage() {
      const page = await browser.newPage();
      page.on('pageerror', (error) => assert.fail(error));
      return page;
    },
    async close() {
      await browser.close();
      app.close();
    },
  };
}

// watch listens to which puzzles the page gets, and whom it calls.
export function watch(page) {
  const seen = { ids: [], hosts: new Set() };
  page.on('request', (request) => seen.hosts.add(new URL(request.url()).host));
  const issued = (response) => response.url().includes('/native/v1/challenges?') && response.ok();
  onJSON(page, issued, ({ id }) => seen.ids.push(id));
  return seen;
}

// drag pushes the piece of a puzzle to its place, or off it by a mistake.
export async function drag(page, id, mistake = 0) {
  const handle = page.locator('.yidun_slider');
  await handle.waitFor();
  await dragPiece(page, { handle, rail: page.locator('.yidun_control'), id, mistake });
}

// clickWords clicks what a puzzle of words asks for.
export async function clickWords(page, id) {
  const { points } = await solution(id);
  const picture = page.locator('.yidun_bg-img');
  await picture.waitFor();
  const box = await picture.boundingBox();
  for (const [x, y] of points) await page.mouse.click(box.x + (x * box.width) / 310, box.y + (y * box.width) / 310);
}

// latest is the puzzle that the page got last, once it has so many.
export const latest = (seen, count) => until(`puzzle ${count}`, () => seen.ids[count - 1]);
