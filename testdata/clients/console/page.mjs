// The mock's console in headless Chromium, and an app that asks its vendor for something
// meanwhile.
import { after, afterEach, before } from 'node:test';
import { launch } from '../chromium.mjs';
import { post, solution, url } from '../captchad.mjs';
import { until } from '../poll.mjs';

export const site = 'native-demo';
const secret = 'native-demo-secret';

export const control = async (method, path, body) => {
  const response = await fetch(`${url}/control/v1${path}`, { method, body: body && JSON.stringify(body) });
  return response.status === 204 ? undefined : response.json();
};

// send sends a request and reads the whole answer: what is left unread keeps a connection,
// and with it this process.
export async function send(path, request) {
  const response = await fetch(url + path, request);
  return { status: response.status, body: await response.text() };
}

// visiting starts a browser for the tests of a file, and returns what opens the console.
// Before each test and after the last the mock is as it was at the start.
export function visiting() {
  let browser;
  const open = [];
  before(async () => {
    browser = await launch();
    await control('POST', '/reset');
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((context) => context.close()));
    await control('POST', '/reset');
  });
  after(() => browser?.close());
  return async (path = '', options = {}) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, locale: 'en-US', ...options });
    open.push(context);
    const page = await context.newPage();
    page.troubles = []; // what the policy blocks and what fails; a status that an answer has is none
    page.on('pageerror', (error) => page.troubles.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('responded with a status')) page.troubles.push(message.text());
    });
    await page.goto(`${url}/console/${path}`);
    return page;
  };
}

// connected waits until the page hears what happens.
export const connected = (page) => page.getByText('Connected', { exact: true }).waitFor();

// row is a line of the stream, by the Challenge that it is about.
export const row = (page, { id }) => page.locator(`.stories a[href$="${id}"]`);

export const issue = (kind) => post('/native/v1/challenges', { site, kind });

export const answer = (challenge, given, track, of = site) =>
  post(`/native/v1/challenges/${challenge.id}/answers`, { site: of, answer: given, track });

export const redeem = ({ pass }) => post('/native/v1/redeem', { site, secret, pass });

// wrong answers a slider so many pixels beside its place, and tells where that was.
export async function wrong(challenge, off = 60) {
  const { x } = await solution(challenge.id);
  const given = x > 150 ? x - off : x + off;
  await answer(challenge, { x: given }, track(given));
  return { right: x, given };
}

export const solve = async (challenge) => answer(challenge, await solution(challenge.id));

// track is how a hand goes to x: milliseconds, x, y.
const track = (x) => Array.from({ length: 21 }, (_, i) => [i * 50, (x * i) / 20, 70 + (i % 3)]);

// says waits until an element has that text in it.
export const says = (locator, text) =>
  until(`"${text}"`, async () => ((await locator.count()) ? (await locator.first().textContent()).includes(text) : false));

export async function screenshot(page, name) {
  const folder = process.env.CAPTCHAD_SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/console-${name}.png`, animations: 'disabled' });
}
