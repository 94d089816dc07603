// The README's test for Cypress, taken at its word. Cypress itself does not come from npm alone, so its few
// commands that are used there are done by Playwright here: that the calls are right is what is tried.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { launch } from '../chromium.mjs';
import { start } from './app.mjs';

const captchad = process.env.CAPTCHAD_URL;
const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
const source = [...readme.matchAll(/```js\n([^`]*(?:`(?!``)[^`]*)*)```/g)].map(([, block]) => block).find((block) => block.includes('cy.visit'));

let browser, app;

before(async () => {
  browser = await launch();
  app = await start({
    geetest: { script: `${captchad}/v4/gt4.js`, url: captchad, id: `${'f'.repeat(30)}a1`, key: 'b09a7aafbfd83f73b35a9b530d0337bf' },
  });
});

after(async () => {
  await browser?.close();
  app?.stop();
});

// commander is cy: its commands are noted, and done one after the other when the test has named them all.
function commander(page) {
  const commands = [];
  const note = (command) => {
    commands.push(command);
    return chain;
  };
  const chain = {
    request: (...given) =>
      note(async () => {
        const [method, url, body] = given.length === 1 ? ['GET', ...given] : given;
        const headers = body && { 'content-type': 'application/json' };
        const response = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
        assert.ok(response.ok, `${method} ${url}: ${response.status}`);
        return { body: await response.json().catch(() => '') };
      }),
    visit: (path) => note(() => page.goto(app.url + path)),
    contains: (selector, text) =>
      note(async () => {
        const found = page.locator(selector).filter({ hasText: text });
        await found.waitFor();
        return found;
      }),
    click: () => note((found) => found.click()),
    its: (path) => note((subject) => path.split('.').reduce((at, name) => at[name], subject)),
    should: (what, wanted) =>
      note((subject) => {
        assert.equal(what, 'have.length');
        assert.equal(subject.length, wanted);
      }),
  };
  const done = async () => {
    let subject;
    for (const command of commands.splice(0)) subject = await command(subject);
  };
  return { cy: chain, done };
}

test("the README's test for Cypress", async () => {
  const page = await browser.newPage();
  const { cy, done } = commander(page);
  const [hooks, tests] = [[], []];
  const define = new Function('cy', 'beforeEach', 'it', source.replaceAll('http://127.0.0.1:7480', captchad));
  define(cy, (hook) => hooks.push(hook), (_, body) => tests.push(body));
  assert.equal(tests.length, 1);
  for (const step of [...hooks, ...tests, ...hooks]) {
    step();
    await done();
  }
  await page.close();
});
