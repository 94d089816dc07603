// Pages of an app with captchad's widget on them, opened in headless Chromium on
// another origin than captchad's, and what can be seen and overheard there.
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { onJSON, solution, url } from '../captchad.mjs';
import { serveApp } from '../app.mjs';
import { launch } from '../chromium.mjs';
import { until } from '../poll.mjs';

// The Site that mock mode has ready for GeeTest, with sliders, texts and recordings.
// captchad.js serves it too.
export const site = '647f5ed2ed8acb4be36784e01556bb71';

export const scripts = { geetest: `${url}/v4/gt4.js`, native: `${url}/native/v1/captchad.js` };

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL('../../../web/widget/locales/index.ts', import.meta.url))],
  bundle: true,
  format: 'esm',
  write: false,
});

// The widget's words, as its sources have them, and which languages go from right to left.
export const { locales, rightToLeft } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
);
export const texts = locales.en;

// browsing starts a browser for the tests of a file, and returns what opens pages.
// They are closed when their test is over.
export function browsing() {
  let browser;
  const open = [];
  before(async () => {
    browser = await launch();
  });
  afterEach(() => Promise.all(open.splice(0).map((close) => close())));
  after(() => browser?.close());
  return (options) => visit(browser, open, options);
}

// html is an app's page. Its CSP, if it has one, comes before all else.
const html = ({ csp = '', lang = 'en', dir = 'ltr', scheme = 'light', body }) => `<!doctype html>
  <html lang="${lang}" dir="${dir}">
  <head>
    <meta charset="utf-8">
    ${csp && `<meta http-equiv="content-security-policy" content="${csp}">`}
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="${scheme}">
    <title>An app</title>
  </head>
  <body>${body}</body></html>`;

const standardBody = '<main><h1>Sign in</h1><p><button id="app">App</button></p><div id="captcha"></div></main>';

// visit opens an app's page for a new visitor, with the script that is named. Other
// options are the page's, above, and Playwright's for a context. What closes it all is
// added to open.
export async function visit(browser, open, { script = 'geetest', csp, lang, dir, scheme, body = standardBody, before: prepare, ...context } = {}) {
  const app = await serveApp(html({ csp, lang, dir, scheme, body }), '');
  open.push(app.close);
  const own = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US', ...context });
  open.push(() => own.close());
  const page = await own.newPage();
  const visitor = { page, origin: app.origin, challenges: [], answers: [], hosts: new Set(), ...parts(page) };
  listen(visitor);
  if (prepare) await prepare(visitor);
  await page.goto(app.origin);
  assert.notEqual(new URL(page.url()).host, new URL(url).host);
  if (script) await page.addScriptTag({ url: scripts[script] });
  return visitor;
}

// parts are the widget's, by the class names that every vendor's widget has.
const parts = (page) => ({
  start: page.locator('.captchad-start'),
  box: page.locator('.captchad-box'),
  handle: page.locator('.captchad-handle'),
  rail: page.locator('.captchad-slider'),
  piece: page.locator('.captchad-piece'),
  input: page.locator('.captchad-input'),
  confirm: page.locator('.captchad-confirm'),
  play: page.locator('.captchad-play'),
  refresh: page.locator('.captchad-refresh'),
  closer: page.locator('.captchad-close'),
  toAudio: page.locator('.captchad-to-audio'),
  toPicture: page.locator('.captchad-to-picture'),
  message: page.locator('.captchad-message'),
});

// listen notes the Challenges that the page gets, the Answers that it gives and the
// hosts that it calls.
function listen(visitor) {
  visitor.page.on('request', (request) => {
    if (/^https?:/.test(request.url())) visitor.hosts.add(new URL(request.url()).host);
    if (request.url().includes('/answers')) visitor.answers.push(request.postDataJSON());
  });
  const shown = (response) => /\/challenges(\/[0-9a-f]+)?$/.test(new URL(response.url()).pathname) && response.status() <= 201;
  onJSON(visitor.page, shown, (challenge) => visitor.challenges.push(challenge));
}

// init makes GeeTest's widget as an app does, and has it told what happens in
// window.told. The config has to be JSON. It returns when there is an object.
export async function init(visitor, config = {}, target = '#captcha') {
  await visitor.page.evaluate(
    ([config, target]) => {
      window.told = [];
      const tell = (name) => (argument) => window.told.push(argument === undefined ? [name] : [name, argument]);
      initGeetest4({ onError: tell('early error'), ...config }, (captcha) => {
        window.widget = captcha;
        for (const name of ['Ready', 'NextReady', 'BoxShow', 'Success', 'Fail', 'Error', 'Close']) {
          captcha[`on${name}`](tell(name[0].toLowerCase() + name.slice(1)));
        }
        if (target) captcha.appendTo(target);
      });
    },
    [{ captchaId: site, language: 'eng', ...config }, target],
  );
  await visitor.page.waitForFunction(() => window.widget || window.told.length);
}

// render makes our own widget as an app does. What happens is told in window.told.
export const render = (visitor, options = {}, target = '#captcha') =>
  visitor.page.evaluate(
    ([options, target]) => {
      window.told = [];
      const tell = (name) => (argument) => window.told.push(argument === undefined ? [name] : [name, argument]);
      window.widget = captchad.render(target, {
        onSuccess: tell('success'),
        onFail: tell('fail'),
        onClose: tell('close'),
        onError: tell('error'),
        ...options,
      });
    },
    [{ site, language: 'en', ...options }, target],
  );

export const told = ({ page }) => page.evaluate(() => window.told);

// names are those of the events that were told.
export const names = async (visitor) => (await told(visitor)).map(([name]) => name);

export const wasTold = (visitor, name) => until(`"${name}"`, async () => (await names(visitor)).includes(name));

// shown is the nth Challenge that the visitor gets, once it can be answered. In the
// state of challenge n-1 the widget is not any more when n has come.
export async function shown(visitor, n = 1) {
  const challenge = await until(`challenge ${n}`, () => visitor.challenges[n - 1]);
  await visitor.page.locator('[data-state="ready"], [data-state="open"], [data-state="closed"]').first().waitFor({ state: 'attached' });
  return challenge;
}

// opened opens the panel by a click, and returns the Challenge in it.
export async function opened(visitor) {
  const challenge = await shown(visitor);
  await visitor.start.click();
  await visitor.box.waitFor();
  return challenge;
}

// says waits until the panel's message is that.
export const says = ({ message }, text) =>
  until(`the message "${text}"`, async () => (await message.textContent()) === text);

// focused is the class of what has the focus, and its id.
export const focused = ({ page }) =>
  page.evaluate(() => [document.activeElement.id, ...document.activeElement.classList].filter(Boolean).join(' '));

export const hasFocus = (locator) => until('the focus', () => locator.evaluate((element) => element === document.activeElement));

export async function screenshot({ page }, name) {
  const folder = process.env.CAPTCHAD_SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/widget-${name}.png`, animations: 'disabled' });
}

// read is the right Answer to a Challenge that is typed.
export const read = async (challenge) => (await solution(challenge.id)).text;
