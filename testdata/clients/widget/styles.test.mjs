// The styles of a page, which are meant for its own elements, leave the puzzle as it
// is.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serveApp } from '../app.mjs';
import { url } from '../captchad.mjs';
import { launch } from '../chromium.mjs';

let browser, app;

before(async () => {
  const html = `<!doctype html><meta charset="utf-8"><div id="app"><div class="form"><div class="field"><div id="captcha"></div></div></div></div>
    <script src="${url}/native/v1/captchad.js"></script>`;
  app = await serveApp(html, '');
  browser = await launch();
});

after(async () => {
  await browser?.close();
  app?.close();
});

// measured is where things are on a page with that style sheet.
async function measured(style) {
  const page = await browser.newPage();
  await page.goto(app.origin);
  await page.addStyleTag({ content: style || '/* none */' });
  await page.evaluate(() => window.captchad.render('#captcha', { site: 'native-demo' }));
  const start = await page.locator('.captchad-start[data-look="ready"]').boundingBox();
  await page.locator('.captchad-start').click();
  const handle = page.locator('.captchad-handle');
  await handle.waitFor();
  for (let n = 0; n < 20; n++) await handle.press('ArrowRight');
  const box = (selector) => page.locator(selector).boundingBox();
  const frame = await box('.captchad-window');
  const piece = await box('.captchad-piece canvas');
  const rail = await box('.captchad-slider');
  const grip = await box('.captchad-handle');
  const close = await box('.captchad-close');
  await page.close();
  const round = (n) => Math.round(n * 10) / 10;
  return {
    start: [round(start.width), round(start.height)],
    frame: round(frame.width / frame.height),
    piece: [piece.width / frame.width, piece.height / frame.height, (piece.x - frame.x) / frame.width].map((n) => round(n * 310)),
    rail: [round(rail.width - frame.width), round(rail.height)],
    grip: [round(grip.width), round(grip.height)],
    close: [round(close.width), round(close.height)],
  };
}

const styles = [
  'div { padding: 8px }',
  'div { margin: 8px }',
  'div { border: 3px solid red }',
  'canvas { padding: 5px; margin: 3px; max-width: 50% }',
  'div { display: flex }',
  'div { min-height: 60px }',
  '#app div { padding: 8px; margin: 4px }',
  '#app div { border: 2px solid }',
  '.form .field button { width: 100%; height: 80px }',
  '#app button { width: 100%; height: 80px; padding: 20px }',
  '* { box-sizing: content-box; letter-spacing: 3px; text-transform: uppercase }',
];

test('the piece is 47 of 310 pixels wide, as high as the picture, and where the keys have put it', async () => {
  const { piece, frame } = await measured('');
  assert.deepEqual(piece.map((n) => Math.round(n)), [47, 310, 100]);
  assert.equal(frame, 2);
});

for (const style of styles) {
  test(style, async () => assert.deepEqual(await measured(style), await measured('')));
}
