// GeeTest's contract with a page, as gt4.js keeps it: methods, events, errors, options
// and class names.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serveApp } from '../app.mjs';
import { url } from '../captchad.mjs';
import { until } from '../poll.mjs';
import { solve } from './hands.mjs';
import { browsing, hasFocus, init, locales, names, opened, render, rightToLeft, screenshot, shown, site, texts, told, wasTold } from './page.mjs';

const visit = browsing();

const validate = ({ page }) => page.evaluate(() => widget.getValidate());

// call calls methods of the captcha object one after the other.
const call = ({ page }, ...methods) => page.evaluate((methods) => methods.forEach((method) => widget[method]()), methods);

const passFields = {
  captcha_id: /^[0-9a-f]{32}$/,
  lot_number: /^[0-9a-f]{32}$/,
  pass_token: /^[0-9a-f]{64}$/,
  gen_time: /^[0-9]{10}$/,
  captcha_output: /^[A-Za-z0-9_-]{128}$/,
};

function assertPass(pass, challenge) {
  assert.deepEqual(Object.keys(pass).sort(), Object.keys(passFields).sort());
  for (const [field, form] of Object.entries(passFields)) assert.match(pass[field], form);
  assert.equal(pass.captcha_id, site);
  assert.equal(pass.lot_number, challenge.id);
}

test('the object has the fifteen methods, and those that take listeners or a place return it', async () => {
  const visitor = await visit();
  await init(visitor);
  const got = await visitor.page.evaluate(() => {
    const chainable = ['onReady', 'onNextReady', 'onBoxShow', 'onSuccess', 'onFail', 'onError', 'onClose'];
    const others = ['getValidate', 'showBox', 'showCaptcha', 'reset', 'destroy', 'isOffline', 'uploadExtraData'];
    return {
      missing: ['appendTo', ...chainable, ...others].filter((method) => typeof widget[method] !== 'function'),
      unchained: chainable.filter((method) => widget[method](() => {}) !== widget),
      appendTo: widget.appendTo('#captcha') === widget,
      offline: widget.isOffline(),
      extra: widget.uploadExtraData('key', 'value'),
    };
  });
  assert.deepEqual(got, { missing: [], unchained: [], appendTo: true, offline: false, extra: undefined });
});

for (const product of ['float', 'popup']) {
  test(`${product}: events come in the vendor's order, and the Pass with success`, async () => {
    const visitor = await visit();
    await init(visitor, { product });
    const first = await opened(visitor);
    assert.equal(await validate(visitor), false);
    await solve(visitor, first, 60);
    const second = await shown(visitor, 2);
    assert.equal(await validate(visitor), false);
    await solve(visitor, second);
    await wasTold(visitor, 'success');
    assert.deepEqual(await names(visitor), ['ready', 'nextReady', 'boxShow', 'fail', 'nextReady', 'success']);
    assertPass(await validate(visitor), second);
    const events = Object.fromEntries(await told(visitor));
    assert.deepEqual(events.nextReady, { lotNumber: second.id, captchaType: 'slide', client: 'web' });
    const { challenge, ...rest } = events.fail;
    assert.match(challenge, /^[0-9a-f]{8}-/);
    assert.deepEqual(rest, { captchaId: site, lotNumber: first.id, captchaType: 'slide', failCount: 1 });
  });
}

test('bind: showCaptcha before anything is loaded opens the box by itself', async () => {
  const visitor = await visit();
  await visitor.page.locator('#app').focus();
  await init(visitor, { product: 'bind' });
  await call(visitor, 'showCaptcha');
  await wasTold(visitor, 'boxShow');
  await hasFocus(visitor.handle);
  assert.equal(await visitor.start.count(), 0);
  const challenge = await shown(visitor);
  await solve(visitor, challenge);
  await wasTold(visitor, 'success');
  assertPass(await validate(visitor), challenge);
  await hasFocus(visitor.page.locator('#app'));
  assert.deepEqual(await names(visitor), ['ready', 'nextReady', 'boxShow', 'success']);
});

test('bind: showBox after success begins anew, and so it does after a closing', async () => {
  const visitor = await visit();
  await init(visitor, { product: 'bind', hideSuccess: true });
  await call(visitor, 'showBox');
  await wasTold(visitor, 'boxShow');
  await visitor.page.keyboard.press('Escape');
  await wasTold(visitor, 'close');
  assert.equal(await visitor.box.isVisible(), false);
  await call(visitor, 'showBox');
  await solve(visitor, await shown(visitor));
  await wasTold(visitor, 'success');
  await call(visitor, 'showCaptcha');
  assert.equal(await validate(visitor), false);
  const second = await shown(visitor, 2);
  await hasFocus(visitor.handle);
  await solve(visitor, second);
  await until('the second success', async () => (await names(visitor)).filter((name) => name === 'success').length === 2);
  assertPass(await validate(visitor), second);
});

test('showCaptcha does nothing for float and popup', async () => {
  for (const product of ['float', 'popup']) {
    const visitor = await visit();
    await init(visitor, { product });
    await call(visitor, 'showCaptcha', 'showBox');
    await shown(visitor);
    await call(visitor, 'showCaptcha', 'showBox');
    assert.equal(await visitor.box.isVisible(), false);
    assert.deepEqual(await names(visitor), ['ready', 'nextReady']);
  }
});

test('ready comes without appendTo, once to each listener, however late; other events are not told again', async () => {
  const visitor = await visit();
  await init(visitor, {}, '');
  await wasTold(visitor, 'nextReady');
  const heard = await visitor.page.evaluate(
    () =>
      new Promise((done) => {
        const heard = [];
        widget
          .onNextReady(() => heard.push('nextReady'))
          .onReady(() => {
            heard.push('late');
            widget.onReady(() => heard.push('within')); // one that is added by a listener
          })
          .onReady(() => heard.push('later'));
        heard.push('not at once');
        setTimeout(() => done(heard), 100);
      }),
  );
  assert.deepEqual(heard, ['not at once', 'late', 'later', 'within']);
});

test('a listener that is added while "ready" is told hears it, too; one that throws keeps nobody from hearing', async () => {
  const visitor = await visit();
  const thrown = [];
  visitor.page.on('pageerror', (error) => thrown.push(error.message));
  const heard = await visitor.page.evaluate(
    (captchaId) =>
      new Promise((done) => {
        const heard = [];
        initGeetest4({ captchaId }, (captcha) => {
          captcha.onReady(() => {
            throw new Error("the page's own");
          });
          captcha.onReady(() => {
            heard.push('first');
            captcha.onReady(() => heard.push('within'));
          });
          captcha.onReady(() => heard.push('second'));
          captcha.onNextReady(() => setTimeout(() => done(heard), 0));
        });
      }),
    site,
  );
  assert.deepEqual(heard, ['first', 'second', 'within']);
  assert.deepEqual(thrown, ["the page's own"]);
});

test('reset forgets the Pass and brings a new puzzle, but only when there is something to forget', async () => {
  const visitor = await visit();
  await init(visitor);
  const first = await opened(visitor);
  await call(visitor, 'reset');
  await solve(visitor, first);
  await visitor.page.locator('.geetest_captcha.geetest_success').waitFor();
  assert.equal(await validate(visitor), false, 'there is no Pass before success');
  await call(visitor, 'reset'); // the panel still says that it is right
  await wasTold(visitor, 'success');
  assertPass(await validate(visitor), first);
  await call(visitor, 'reset');
  assert.equal(await validate(visitor), false);
  const second = await shown(visitor, 2);
  assert.notEqual(second.id, first.id);
  await until('the start', async () => (await visitor.start.textContent()) === texts.start);
  await visitor.start.click();
  await solve(visitor, second);
  await until('the second success', async () => (await names(visitor)).filter((name) => name === 'success').length === 2);
  assert.deepEqual(await names(visitor), ['ready', 'nextReady', 'boxShow', 'success', 'nextReady', 'boxShow', 'success']);
});

test('what a page tells of its user may be anything, and 256 characters of it are sent', async () => {
  for (const [userInfo, sent] of [[12345, '12345'], ['字'.repeat(1100), '字'.repeat(256)], [null, undefined]]) {
    const visitor = await visit();
    const asked = visitor.page.waitForRequest(/challenges\?/);
    await init(visitor, { userInfo });
    assert.equal((await asked).postDataJSON().page.user_info, sent);
    await shown(visitor, 1);
  }
});

test('a kind of puzzle that the Site does not have becomes its standard one', async () => {
  const visitor = await visit();
  const invalid = { status: 400, headers: { 'access-control-allow-origin': '*' }, json: { code: 'invalid', message: 'kind' } };
  await visitor.page.route(/challenges\?/, (route) => (route.request().postDataJSON().kind ? route.fulfill(invalid) : route.continue()));
  await init(visitor, { riskType: 'voice' });
  assert.equal((await shown(visitor, 1)).kind, 'slider');
});

test('showCaptcha while the panel says that it is right takes nothing back', async () => {
  const visitor = await visit();
  await init(visitor, { product: 'bind' });
  await wasTold(visitor, 'nextReady');
  await call(visitor, 'showCaptcha');
  const first = await shown(visitor, 1);
  await solve(visitor, first);
  await visitor.page.locator('.geetest_bind.geetest_success').waitFor();
  await call(visitor, 'showCaptcha');
  await wasTold(visitor, 'success');
  assertPass(await validate(visitor), first);
});

test('appendTo finds an id that is no selector, a selector, an element and a list; what is not there is error 60002', async () => {
  const visitor = await visit({ body: '<div id="captcha-:r0:"></div><div class="there"></div>' });
  await init(visitor, {}, '');
  const parent = () => visitor.page.evaluate(() => document.querySelector('.geetest_captcha').parentElement.outerHTML.slice(0, 23));
  const append = (target) => visitor.page.evaluate((target) => widget.appendTo(new Function(`return ${target}`)()) === widget, target);
  await append('"#captcha-:r0:"');
  assert.match(await parent(), /captcha-:r0:/);
  await append('".there"');
  assert.match(await parent(), /there/);
  await append('document.getElementById("captcha-:r0:")');
  assert.match(await parent(), /captcha-:r0:/);
  await append('document.querySelectorAll(".there")');
  assert.match(await parent(), /there/);
  assert.deepEqual((await names(visitor)).filter((name) => name === 'error'), []);
  for (const missing of ['"#missing"', '":::"', 'null', '[]', '7']) {
    assert.equal(await append(missing), true, missing);
    await wasTold(visitor, 'error');
    const [, error] = (await told(visitor)).find(([name]) => name === 'error');
    assert.deepEqual([error.code, error.msg], ['60002', 'Configuration Error'], missing);
    await visitor.page.evaluate(() => (window.told = []));
  }
});

test('two widgets on a page work, each with its own Pass', async () => {
  const visitor = await visit({ body: '<div id="a"></div><div style="height:20em"></div><div id="b"></div>' });
  await visitor.page.evaluate((captchaId) => {
    window.both = {};
    window.lots = {};
    for (const [id, product] of [['a', 'popup'], ['b', 'float']]) {
      initGeetest4({ captchaId, product, language: 'eng' }, (captcha) => {
        both[id] = captcha;
        captcha.onNextReady(({ lotNumber }) => (lots[id] = lotNumber));
        captcha.appendTo(`#${id}`);
      });
    }
  }, site);
  const [handle, rail] = ['.captchad-handle:visible', '.captchad-slider:visible'].map((part) => visitor.page.locator(part));
  for (const id of ['b', 'a']) {
    const lot = await until('a puzzle', () => visitor.page.evaluate((id) => lots[id], id));
    await visitor.page.locator(`#${id} .captchad-start`).click();
    await handle.waitFor();
    await solve({ page: visitor.page, handle, rail }, { id: lot });
    const pass = await until('the Pass', () => visitor.page.evaluate((id) => both[id].getValidate(), id));
    assert.equal(pass.lot_number, lot);
    await until('the end of it', async () => (await handle.count()) === 0);
  }
  const passes = await visitor.page.evaluate(() => [both.a.getValidate(), both.b.getValidate()]);
  assert.notEqual(passes[0].pass_token, passes[1].pass_token);
});

const errors = { '': '-50101', undefined: '-50102', ABC: '-50102', [site.toUpperCase()]: '-50102', ['0'.repeat(32)]: '-50103' };

for (const [captchaId, code] of Object.entries(errors)) {
  test(`captchaId "${captchaId}": onError gets ${code}, and there is no object`, async () => {
    const visitor = await visit();
    await init(visitor, { captchaId });
    const [[name, error], ...more] = await told(visitor);
    assert.deepEqual([name, error.code, error.desc, more], ['early error', code, { type: 'defined error' }, []]);
    assert.deepEqual(Object.keys(error).sort(), ['code', 'desc', 'msg']);
    assert.equal(await visitor.page.evaluate(() => window.widget), undefined);
  });
}

test('without onError an error is thrown where the page can see it', async () => {
  const visitor = await visit();
  const thrown = visitor.page.waitForEvent('pageerror');
  await visitor.page.evaluate(() => initGeetest4({ captchaId: 'bad' }, () => {}));
  assert.match((await thrown).message, /-50102/);
});

// down is an address where nobody listens any more.
async function down() {
  const app = await serveApp('', '');
  app.close();
  return new URL(app.origin).host;
}

test('all servers down: offlineCb is called once, without arguments, and there is no object to have a Pass', async () => {
  const visitor = await visit();
  const got = await visitor.page.evaluate(
    ([captchaId, apiServers]) =>
      new Promise((done) => {
        const calls = [];
        const config = { captchaId, apiServers, protocol: 'http://', onError: () => calls.push('error') };
        config.offlineCb = (...all) => {
          calls.push(all.length);
          setTimeout(() => done(calls), 200);
        };
        initGeetest4(config, () => calls.push('object'));
      }),
    [site, [await down(), await down()]],
  );
  assert.deepEqual(got, [0]);
});

test('all servers down without offlineCb: onError 60100', async () => {
  const visitor = await visit();
  await init(visitor, { apiServers: [await down()], protocol: 'http://' });
  const [[name, error]] = await told(visitor);
  assert.deepEqual([name, error.code, error.msg], ['early error', '60100', 'Network failure']);
});

test('one server down: the next one is asked', async () => {
  const visitor = await visit();
  await init(visitor, { apiServers: [await down(), new URL(url).host], protocol: 'http://' });
  await solve(visitor, await opened(visitor));
  await wasTold(visitor, 'success');
});

// make makes the object without initGeetest4, as the vendor's own loader does.
const make = ({ page }, inherited, own = {}) =>
  page.evaluate(
    ([inherited, own]) => {
      window.told = [];
      window.widget = new Geetest4(Object.assign(Object.create(inherited), own));
      for (const name of ['Ready', 'NextReady', 'BoxShow', 'Success', 'Error']) {
        widget[`on${name}`]((argument) => told.push([name[0].toLowerCase() + name.slice(1), argument]));
      }
      widget.appendTo('#captcha');
    },
    [inherited, own],
  );

test('a config is read from its prototype, too: the servers that it names are called', async () => {
  const visitor = await visit();
  await make(visitor, { apiServers: [new URL(url).host], protocol: 'http://', product: 'popup' }, { captchaId: site, language: 'eng' });
  const challenge = await opened(visitor);
  assert.equal(await visitor.page.locator('.geetest_captcha.geetest_popup').count(), 1);
  await solve(visitor, challenge);
  await wasTold(visitor, 'success');
  assertPass(await validate(visitor), challenge);
});

test("the Challenge that the vendor's loader has asked for comes first; one that is gone is replaced", async () => {
  const visitor = await visit();
  await init(visitor);
  const { id } = await shown(visitor);
  await make(visitor, {}, { captchaId: site, lotNumber: id });
  await until('it', () => visitor.challenges[1]?.id === id);
  await make(visitor, {}, { captchaId: site, lotNumber: 'f'.repeat(32) });
  await until('another', () => visitor.challenges[2] && visitor.challenges[2].id !== id);
});

test('an object whose servers are down tells 60100 and says so, and a click tries again', async () => {
  const visitor = await visit();
  await visitor.page.context().setOffline(true);
  await make(visitor, {}, { captchaId: site, language: 'eng' });
  await wasTold(visitor, 'error');
  const [, error] = (await told(visitor)).find(([name]) => name === 'error');
  assert.equal(error.code, '60100');
  await until('the complaint', async () => (await visitor.start.textContent()) === texts.failed);
  assert.equal(await validate(visitor), false);
  await visitor.page.context().setOffline(false);
  await visitor.start.click();
  await solve(visitor, await shown(visitor));
  await wasTold(visitor, 'success');
  assert.deepEqual(await names(visitor), ['error', 'boxShow', 'ready', 'nextReady', 'success']);
});

test('an Answer that cannot be judged is error 60101, and no Pass', async () => {
  const visitor = await visit();
  await init(visitor);
  const challenge = await opened(visitor);
  await visitor.page.context().setOffline(true);
  await solve(visitor, challenge);
  await wasTold(visitor, 'error');
  const [, error] = (await told(visitor)).find(([name]) => name === 'error');
  assert.deepEqual([error.code, error.lot_number, error.msg], ['60101', challenge.id, 'Network failure']);
  assert.equal(await validate(visitor), false);
});

test('a puzzle that does not come is error 60100, also when there was one before', async () => {
  const visitor = await visit();
  await init(visitor);
  await opened(visitor);
  await visitor.page.context().setOffline(true);
  await visitor.page.locator('.geetest_refresh').click();
  await wasTold(visitor, 'error');
  const [, error] = (await told(visitor)).find(([name]) => name === 'error');
  assert.deepEqual([error.code, error.lot_number], ['60100', undefined]);
});

test('an app that takes the button off its page leaves no popup behind', async () => {
  const visitor = await visit();
  await init(visitor, { product: 'popup' });
  await opened(visitor);
  await visitor.page.evaluate(() => document.querySelector('#captcha').replaceChildren());
  await wasTold(visitor, 'close');
  assert.equal(await visitor.page.evaluate(() => document.querySelector('dialog[open]')), null);
});

test('destroy leaves nothing on the page, and later calls do nothing', async () => {
  for (const product of ['float', 'popup', 'bind']) {
    const visitor = await visit();
    const before = await visitor.page.evaluate(() => document.body.innerHTML);
    await visitor.page.locator('#app').focus();
    await init(visitor, { product });
    await wasTold(visitor, 'nextReady');
    if (product === 'bind') await call(visitor, 'showBox');
    else await visitor.start.click();
    await hasFocus(visitor.handle);
    await visitor.page.evaluate(() => {
      widget.destroy();
      widget.destroy();
      widget.appendTo('#captcha').onReady(() => told.push(['late']));
      widget.showCaptcha();
      widget.reset();
    });
    assert.equal(await visitor.page.evaluate(() => document.body.innerHTML), before);
    assert.equal(await validate(visitor), false);
    if (product === 'bind') await hasFocus(visitor.page.locator('#app'));
    assert.deepEqual(await names(visitor), ['ready', 'nextReady', 'boxShow']);
  }
});

test("the parts have the vendor's class names, plain and with the instance's own", async () => {
  const visitor = await visit();
  await init(visitor, { product: 'popup' });
  await opened(visitor);
  const common = 'captcha popup holder btn_click content tip box_wrap box box_btn close refresh title text_tips result_tips popup_ghost popup_wrap';
  const slider = 'window bg slice slice_bg slider track btn arrow';
  const missing = await visitor.page.evaluate(
    (wanted) =>
      wanted.filter((name) => {
        const all = [...document.querySelectorAll(`.geetest_${name}`)];
        return !all.some((element) => [...element.classList].some((other) => new RegExp(`^geetest_${name}_[0-9a-f]{8}$`).test(other)));
      }),
    `${common} ${slider}`.split(' '),
  );
  assert.deepEqual(missing, []);
  assert.ok(await visitor.page.evaluate(() => document.querySelector('.geetest_popup_wrap').parentElement === document.body));
});

test('the bound box has class names of its own', async () => {
  const visitor = await visit();
  await init(visitor, { product: 'bind' });
  await call(visitor, 'showBox');
  await wasTold(visitor, 'boxShow');
  assert.equal(await visitor.page.locator('body > .geetest_captcha.geetest_bind.geetest_popup_wrap').count(), 1);
});

test('the root tells as a class how things stand', async () => {
  const visitor = await visit();
  await init(visitor);
  const has = (...states) =>
    until(states.join(), () =>
      visitor.page.evaluate((states) => states.every((state) => document.querySelector('.geetest_captcha').classList.contains(`geetest_${state}`)), states),
    );
  await has('ready', 'nextReady', 'float');
  const challenge = await opened(visitor);
  await has('boxShow');
  await solve(visitor, challenge, 60);
  await has('fail');
  const second = await shown(visitor, 2);
  await visitor.page.keyboard.press('Escape');
  await has('close');
  await visitor.start.click();
  await solve(visitor, second);
  await has('success', 'lock_success');
});

test('hideBar hides the buttons that it names', async () => {
  for (const [config, close, refresh] of [
    [{}, true, true],
    [{ hideBar: ['close', 'refresh'] }, false, false],
    [{ hideClose: true }, false, true],
  ]) {
    const visitor = await visit();
    await init(visitor, { product: 'popup', ...config });
    await opened(visitor);
    assert.deepEqual([await visitor.closer.isVisible(), await visitor.refresh.isVisible()], [close, refresh]);
    await visitor.page.keyboard.press('Escape'); // there is always a way out
    await wasTold(visitor, 'close');
  }
});

test('nativeButton, and its old names, give the button its size; nextWidth the panel', async () => {
  for (const [config, size] of [
    [{}, [260, 50]],
    [{ nativeButton: { width: '300px', height: '60px' } }, [300, 60]],
    [{ btnWidth: '200px', btnHeight: '44px' }, [200, 44]],
    [{ nativeButton: { width: '100%' } }, [500, 50]],
  ]) {
    const visitor = await visit({ body: '<div id="captcha" style="width:500px"></div>' });
    await init(visitor, { ...config, nextWidth: '400px' });
    await opened(visitor);
    const { width, height } = await visitor.start.boundingBox();
    assert.deepEqual([width, height], size);
    assert.equal((await visitor.box.boundingBox()).width, 400);
  }
});

test('mask: its color, and whether a click beside the box closes it', async () => {
  for (const [config, color, closes] of [
    [{}, 'rgba(0, 0, 0, 0.3)', true],
    [{ mask: { outside: false, bgColor: 'rgb(1, 2, 3)' } }, 'rgb(1, 2, 3)', false],
    [{ outside: false, bgColor: '#ff000080' }, 'rgba(255, 0, 0, 0.5)', false],
  ]) {
    const visitor = await visit();
    await init(visitor, { product: 'popup', ...config });
    await opened(visitor);
    const ghost = visitor.page.locator('.geetest_popup_ghost');
    assert.equal(
      await ghost.evaluate((element) => getComputedStyle(element).backgroundColor.replace('0.302', '0.3').replace('0.502', '0.5')),
      color,
    );
    await visitor.page.mouse.click(20, 20);
    assert.equal(await visitor.box.isVisible(), !closes);
  }
});

// languages are the vendor's words and BCP 47 tags, and what each of them means.
const languages = {
  zho: 'zh-cn', eng: 'en', 'zho-tw': 'zh-tw', 'zho-hk': 'zh-hk', udm: 'ug', jpn: 'ja', ind: 'id', kor: 'ko', rus: 'ru',
  ara: 'ar', spa: 'es', pon: 'pt-br', por: 'pt-pt', fra: 'fr', deu: 'de',
  zh: 'zh-cn', 'zh-CN': 'zh-cn', 'zh-TW': 'zh-tw', 'zh-HK': 'zh-hk', 'zh-MO': 'zh-hk', 'en-US': 'en', ja: 'ja', ko: 'ko', id: 'id',
  ru: 'ru', ar: 'ar', es: 'es', fr: 'fr', 'de-AT': 'de', pt: 'pt-br', 'pt-PT': 'pt-pt', ug: 'ug', xx: 'en',
};

test("languages go by the vendor's words and by BCP 47 tags", async () => {
  const visitor = await visit();
  for (const [word, language] of Object.entries(languages)) {
    await init(visitor, { language: word });
    await until(`${word} as ${language}`, async () => (await visitor.start.textContent()) === locales[language].start);
    const direction = await visitor.start.evaluate((element) => getComputedStyle(element).direction);
    assert.equal(direction, rightToLeft.has(language) ? 'rtl' : 'ltr', word);
    await call(visitor, 'destroy');
  }
});

test("without a language it is the browser's", async () => {
  const visitor = await visit({ locale: 'ar-EG' });
  await init(visitor, { language: undefined });
  await until('Arabic', async () => (await visitor.start.textContent()) === locales.ar.start);
  await screenshot(visitor, 'contract-arabic');
});

test('what floats on a desktop pops up on a phone; an unknown product floats', async () => {
  const phone = await visit({ userAgent: 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36' });
  await init(phone, { product: 'float' });
  await opened(phone);
  assert.equal(await phone.page.locator('dialog[open] .geetest_box').count(), 1);
  assert.equal((await told(phone)).find(([name]) => name === 'nextReady')[1].client, 'h5');
  const desktop = await visit();
  await init(desktop, { product: 'flat' });
  await opened(desktop);
  assert.equal(await desktop.page.locator('.geetest_captcha.geetest_float .geetest_box').count(), 1);
});

test('riskType and userInfo go with the calls', async () => {
  const visitor = await visit();
  const asked = visitor.page.waitForRequest((request) => request.url().includes('/native/v1/challenges'));
  await init(visitor, { riskType: 'voice', userInfo: 'somebody' });
  const body = (await asked).postDataJSON();
  assert.deepEqual([body.kind, body.page.user_info, body.page.language, body.page.client_type], ['audio', 'somebody', 'en', 'web']);
  await visitor.play.waitFor({ state: 'attached' });
});

test('an unsolved puzzle is replaced before it is over', async () => {
  const visitor = await visit({ before: ({ page }) => page.clock.install() });
  await init(visitor);
  const first = await shown(visitor);
  const life = Date.parse(first.expires_at) - Date.parse(first.issued_at);
  await visitor.page.clock.fastForward(Math.min(480_000, life * 0.8) + 1000);
  const second = await shown(visitor, 2);
  assert.notEqual(second.id, first.id);
  await solve(visitor, await opened(visitor).then(() => second));
  await wasTold(visitor, 'success');
  await visitor.page.clock.fastForward(1_000_000);
  assertPass(await validate(visitor), second);
});

test('the script may be there twice, beside captchad.js and after an initGeetest4 of the vendor, which stays', async () => {
  const visitor = await visit();
  await visitor.page.evaluate(() => (window.was = initGeetest4));
  for (const script of ['/v4/gt4.js?again', '/native/v1/captchad.js']) await visitor.page.addScriptTag({ url: url + script });
  assert.ok(await visitor.page.evaluate(() => initGeetest4 === was));
  await init(visitor);
  await shown(visitor);
  await render(visitor, { product: 'embed' });
  assert.equal(await visitor.page.evaluate(() => document.adoptedStyleSheets.length), 1);
  const embedded = { page: visitor.page, handle: visitor.page.locator('.captchad-embedded .captchad-handle'), rail: visitor.page.locator('.captchad-embedded .captchad-slider') };
  await solve(embedded, await shown(visitor, 2));
  await wasTold(visitor, 'success');
});
