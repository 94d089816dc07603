// How long a visitor waits: from the script's tag to "ready", and from the drop of the
// piece to "success", with gt4.js as a popup. Prints the medians in ms as one line of JSON.
import { launch } from '../chromium.mjs';
import { gap, grab } from './hands.mjs';
import { opened, scripts, site, visit } from './page.mjs';

const rounds = 15;

// measure loads the script and solves one puzzle, and returns both times, by the page's
// own clock.
async function measure(browser) {
  const open = [];
  const visitor = await visit(browser, open, { script: '' });
  const ready = await visitor.page.evaluate(
    ([src, captchaId]) =>
      new Promise((done) => {
        const start = performance.now();
        const script = document.createElement('script');
        script.src = src;
        script.onload = () =>
          initGeetest4({ captchaId, product: 'popup' }, (captcha) => {
            captcha.onReady(() => done(performance.now() - start));
            captcha.onSuccess(() => (window.success = performance.now()));
            captcha.appendTo('#captcha');
          });
        document.head.append(script);
        document.addEventListener('pointerup', () => (window.drop = performance.now()), true);
      }),
    [scripts.geetest, site],
  );
  await grab(visitor, await gap(await opened(visitor)));
  await visitor.page.mouse.up();
  await visitor.page.waitForFunction(() => window.success);
  const success = await visitor.page.evaluate(() => window.success - window.drop);
  for (const close of open) await close();
  return { ready, success };
}

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

const browser = await launch();
const times = [];
for (let n = 0; n < rounds; n++) times.push(await measure(browser));
await browser.close();

const rounded = (ms) => Math.round(ms * 10) / 10;
console.log(
  JSON.stringify({
    'script-to-ready-ms': rounded(median(times.map(({ ready }) => ready))),
    'drop-to-success-ms': rounded(median(times.map(({ success }) => success))),
  }),
);
