// Puzzles that are typed, recordings, and what a visitor is told when there are none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../poll.mjs';
import { solve } from './hands.mjs';
import { browsing, hasFocus, init, names, opened, read, render, says, screenshot, shown, texts, told, wasTold } from './page.mjs';

const visit = browsing();

for (const product of ['float', 'popup', 'embed']) {
  test(`${product}: a picture of characters is typed and confirmed, with Enter or the button`, async () => {
    for (const confirm of ['the button', 'Enter']) {
      const visitor = await visit({ script: 'native' });
      await render(visitor, { product, kind: 'text' });
      const challenge = await shown(visitor);
      if (product !== 'embed') await visitor.start.click();
      await visitor.input.waitFor();
      assert.equal(challenge.kind, 'text');
      await visitor.input.fill(` ${(await read(challenge)).toLowerCase()} `);
      await screenshot(visitor, `kinds-text-${product}`);
      if (confirm === 'Enter') await visitor.input.press('Enter');
      else await visitor.confirm.click();
      await wasTold(visitor, 'success');
      assert.deepEqual(visitor.answers[0].track, []);
    }
  });
}

test('nothing typed is no Answer', async () => {
  const visitor = await visit({ script: 'native' });
  await render(visitor, { kind: 'text' });
  await opened(visitor);
  await visitor.confirm.click();
  await visitor.input.fill('   ');
  await visitor.confirm.click();
  await visitor.input.press('Enter');
  assert.deepEqual(visitor.answers, []);
});

test('a visitor who does not see the picture has a recording instead, which plays, stops and is typed', async () => {
  const visitor = await visit();
  await init(visitor, { product: 'popup' });
  await opened(visitor);
  await visitor.toAudio.focus();
  await visitor.page.keyboard.press('Enter');
  const challenge = await shown(visitor, 2);
  assert.equal(challenge.kind, 'audio');
  await hasFocus(visitor.play);
  assert.equal(await visitor.toAudio.isVisible(), false);
  assert.equal(await visitor.play.textContent(), texts.play);
  await visitor.page.keyboard.press('Enter');
  await until('the recording', async () => (await visitor.play.textContent()) === texts.stop);
  await screenshot(visitor, 'kinds-audio-playing');
  await visitor.page.keyboard.press('Enter');
  await until('silence', async () => (await visitor.play.textContent()) === texts.play);
  await visitor.page.keyboard.press('Tab');
  await hasFocus(visitor.input);
  await visitor.page.keyboard.type(await read(challenge));
  await visitor.page.keyboard.press('Enter');
  await wasTold(visitor, 'success');
  assert.equal((await told(visitor)).filter(([name]) => name === 'nextReady').at(-1)[1].captchaType, 'voice');
});

test('the recording ends by itself', async () => {
  // A context that is faster than real ones tells what a short recording would.
  const faster = ({ page }) =>
    page.addInitScript(() => {
      const start = AudioBufferSourceNode.prototype.start;
      AudioBufferSourceNode.prototype.start = function () {
        this.playbackRate.value = 100;
        start.call(this);
      };
    });
  const visitor = await visit({ script: 'native', before: faster });
  await render(visitor, { product: 'embed', kind: 'audio' });
  await visitor.play.click();
  await until('its end', async () => (await visitor.play.textContent()) === texts.play);
});

test('a recording stops when the panel is closed or another puzzle comes', async () => {
  for (const end of ['closer', 'refresh']) {
    const visitor = await visit();
    await visitor.page.evaluate(() => {
      window.contexts = [];
      const Real = AudioContext;
      window.AudioContext = class extends Real {
        constructor() {
          super();
          contexts.push(this);
        }
      };
    });
    await init(visitor, { product: 'popup', riskType: 'voice' });
    await opened(visitor);
    await visitor.play.click();
    await visitor.page.waitForFunction(() => contexts[0]?.state === 'running');
    await visitor[end].click();
    await visitor.page.waitForFunction(() => contexts[0].state !== 'running');
  }
});

test('from the recording there is a way back to a picture, and a closed panel keeps what was chosen', async () => {
  const visitor = await visit();
  await init(visitor, { product: 'popup' });
  await opened(visitor);
  await visitor.toAudio.click();
  assert.equal((await shown(visitor, 2)).kind, 'audio');
  await visitor.refresh.click();
  assert.equal((await shown(visitor, 3)).kind, 'audio');
  await visitor.toPicture.click();
  const challenge = await shown(visitor, 4);
  assert.equal(challenge.kind, 'slider');
  assert.equal(await visitor.toPicture.isVisible(), false);
  await solve(visitor, challenge);
  await wasTold(visitor, 'success');
});

test('a wrong text says so, and the next puzzle is of the same kind', async () => {
  const visitor = await visit({ script: 'native' });
  await render(visitor, { kind: 'text' });
  await opened(visitor);
  await visitor.input.fill('????');
  await visitor.input.press('Enter');
  await says(visitor, texts.wrong);
  await screenshot(visitor, 'kinds-text-wrong');
  const second = await shown(visitor, 2);
  assert.equal(second.kind, 'text');
  assert.deepEqual(await names(visitor), ['fail']);
});

// refuse has every new Challenge refused in that way, until it is called off.
async function refuse(visitor, status, body, headers = {}) {
  const { origin } = visitor;
  const answer = {
    status,
    contentType: 'application/json',
    headers: { 'access-control-allow-origin': origin, 'access-control-expose-headers': 'retry-after', ...headers },
    body: JSON.stringify(body),
  };
  await visitor.page.route('**/native/v1/challenges?*', (route) => route.fulfill(answer));
  return () => visitor.page.unrouteAll();
}

for (const product of ['float', 'popup', 'embed']) {
  test(`${product}: where there were too many attempts the message says how long to wait, and trying again is one click`, async () => {
    const visitor = await visit({ script: 'native' });
    await render(visitor, { product });
    await shown(visitor);
    if (product !== 'embed') await visitor.start.click();
    await visitor.handle.waitFor();
    const over = await refuse(visitor, 429, { code: 'limited', message: 'too many' }, { 'retry-after': '17' });
    await visitor.refresh.click();
    await says(visitor, texts.limited.replace('{n}', 17));
    assert.deepEqual((await told(visitor)).at(-1), ['error', { code: 'limited', message: 'too many' }]);
    await screenshot(visitor, `kinds-limited-${product}`);
    await over();
    await visitor.refresh.click();
    await solve(visitor, await shown(visitor, 2));
    await wasTold(visitor, 'success');
  });

  test(`${product}: where the network failed the message is what to click, also for keys`, async () => {
    const visitor = await visit({ script: 'native' });
    await render(visitor, { product });
    await shown(visitor);
    if (product !== 'embed') await visitor.start.click();
    await visitor.handle.waitFor();
    for (let n = 2; n < 4; n++) {
      await visitor.page.context().setOffline(true);
      await visitor.refresh.click();
      await says(visitor, texts.failed);
      await screenshot(visitor, `kinds-network-${product}`);
      await visitor.page.context().setOffline(false);
      const again = visitor.box.getByRole('button', { name: texts.failed });
      if (n === 2) await again.click();
      else await again.press('Enter');
      await shown(visitor, n);
      await hasFocus(visitor.handle);
    }
    await solve(visitor, visitor.challenges[2]);
    await wasTold(visitor, 'success');
  });
}

test('where the first puzzle does not come the button says so, and a click on it tries again', async () => {
  for (const product of ['float', 'popup']) {
    const visitor = await visit({ script: 'native' });
    await visitor.page.context().setOffline(true);
    await render(visitor, { product });
    await until('the complaint', async () => (await visitor.start.textContent()) === texts.failed);
    await screenshot(visitor, `kinds-network-button-${product}`);
    await visitor.page.context().setOffline(false);
    await visitor.start.click();
    const challenge = await shown(visitor);
    await hasFocus(visitor.handle);
    await solve(visitor, challenge);
    await wasTold(visitor, 'success');
  }
});

test('a Site that refuses the page says that there is nothing to be had here', async () => {
  const visitor = await visit({ script: 'native' });
  await refuse(visitor, 403, { code: 'origin', message: 'not from here' });
  await render(visitor, { product: 'embed' });
  await says(visitor, texts.refused);
  assert.deepEqual(await told(visitor), [['error', { code: 'origin', message: 'not from here' }]]);
  await screenshot(visitor, 'kinds-refused');
});

test('a puzzle that is over when it is answered is replaced without a word of blame', async () => {
  const visitor = await visit();
  await init(visitor);
  const challenge = await opened(visitor);
  await solve(visitor, { ...challenge }, 60);
  const second = await shown(visitor, 2);
  const answer = { status: 404, contentType: 'application/json', headers: { 'access-control-allow-origin': visitor.origin }, body: '{"code":"expired","message":"over"}' };
  await visitor.page.route('**/answers?*', (route) => route.fulfill(answer), { times: 1 });
  await solve(visitor, second);
  const third = await shown(visitor, 3);
  await solve(visitor, third);
  await wasTold(visitor, 'success');
  assert.equal((await names(visitor)).filter((name) => name === 'fail' || name === 'error').length, 1);
});

test('who has passed is not asked again: neither the buttons nor a click undo it', async () => {
  const visitor = await visit({ script: 'native' });
  await render(visitor, { product: 'embed' });
  await solve(visitor, await shown(visitor));
  await until('the Pass', () => visitor.page.evaluate(() => !!widget.getPass()));
  await visitor.page.evaluate(() => ['refresh', 'to-audio'].forEach((part) => document.querySelector(`.captchad-${part}`).click()));
  await wasTold(visitor, 'success');
  assert.equal(await visitor.refresh.isVisible(), false);
  await says(visitor, texts.passed);
  assert.equal(visitor.challenges.length, 1);
});

test('whose Answer finds no server has the keyboard at what tries again, and then at the next puzzle', async () => {
  for (const kind of ['slider', 'text']) {
    const visitor = await visit({ script: 'native' });
    await render(visitor, { product: 'popup', kind });
    const challenge = await opened(visitor);
    await visitor.page.context().setOffline(true);
    if (kind === 'slider') await solve(visitor, challenge);
    else await visitor.page.keyboard.type('AB12\n');
    await says(visitor, texts.failed);
    await hasFocus(visitor.box.getByRole('button', { name: texts.failed }));
    await visitor.page.context().setOffline(false);
    await visitor.page.keyboard.press('Enter');
    await shown(visitor, 2);
    await hasFocus(kind === 'slider' ? visitor.handle : visitor.input);
  }
});
