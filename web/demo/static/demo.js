// What the demo's pages do beyond HTML: tabs and copy buttons, the widget in the form, and the answer that
// the form's backend got.

const find = (selector) => document.querySelector(selector);

// Tabs. The panels are there without them, one below the other.

function makeTabs(place) {
  const panels = [...place.querySelectorAll('[data-tab]')];
  const list = document.createElement('div');
  list.className = 'tabs';
  list.setAttribute('role', 'tablist');
  list.setAttribute('aria-label', 'Code and answer');
  const tabs = panels.map((panel, i) => makeTab(panel, i));
  const select = (chosen) => {
    panels.forEach((panel, i) => {
      panel.hidden = i !== chosen;
      tabs[i].setAttribute('aria-selected', String(i === chosen));
      tabs[i].tabIndex = i === chosen ? 0 : -1;
    });
  };
  for (const [i, tab] of tabs.entries()) tab.addEventListener('click', () => select(i));
  list.addEventListener('keydown', (event) => {
    const steps = { ArrowRight: 1, ArrowLeft: -1 };
    const step = steps[event.key];
    if (!step) return;
    const next = (tabs.indexOf(event.target) + step + tabs.length) % tabs.length;
    select(next);
    tabs[next].focus();
  });
  list.append(...tabs);
  place.prepend(list);
  select(0);
  return (panel) => select(panels.indexOf(panel));
}

function makeTab(panel, i) {
  const tab = document.createElement('button');
  tab.type = 'button';
  tab.id = `tab-${i}`;
  tab.textContent = panel.dataset.tab;
  tab.setAttribute('role', 'tab');
  panel.id ||= `panel-${i}`;
  tab.setAttribute('aria-controls', panel.id);
  panel.setAttribute('role', 'tabpanel');
  panel.setAttribute('aria-labelledby', tab.id);
  return tab;
}

// Copy buttons. What the vendor had is shown, but not copied.

function addCopyButton(pre) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'quiet';
  button.textContent = 'Copy';
  button.addEventListener('click', async () => {
    const code = pre.cloneNode(true);
    for (const old of code.querySelectorAll('del')) old.remove();
    button.textContent = (await copy(code.textContent)) ? 'Copied' : 'Press Ctrl+C';
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 2000);
  });
  pre.previousElementSibling?.append(button);

  // The clipboard is for secure pages only; elsewhere the code is selected.
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      getSelection().selectAllChildren(pre);
      return false;
    }
  }
}

// The widget. GeeTest's and Yidun's scripts have contracts of their own; ours serves all the others.

function geetestWidget(place, { site, product }, heard) {
  let captcha;
  window.initGeetest4({ captchaId: site, product }, (made) => {
    captcha = made;
    captcha.appendTo(place);
    captcha.onSuccess(() => heard.pass(captcha.getValidate()));
    captcha.onError((error) => heard.error(error.msg));
  });
  return { reset: () => captcha?.reset(), open() {} };
}

function yidunWidget(place, { site, product }, heard) {
  let captcha;
  const config = { captchaId: site, element: place, mode: product, lang: 'en' };
  config.onVerify = (error, pass) => error || heard.pass(pass);
  config.onError = (error) => heard.error(error.message);
  const onload = (made) => {
    captcha = made;
  };
  window.initNECaptcha(config, onload, (error) => heard.error(error.message));
  return { reset: () => captcha?.refresh(), open: () => captcha?.verify() };
}

function ownWidget(place, { site, product, kind, subject }, account, heard) {
  let widget;
  const render = () => {
    widget?.destroy();
    widget = window.captchad.render(place, {
      site,
      product,
      kind: kind || undefined,
      subject: subject === undefined ? undefined : account.value,
      onSuccess: heard.pass,
      onError: (error) => heard.error(error.message),
    });
  };
  render();
  if (subject !== undefined) {
    account.addEventListener('change', () => {
      heard.pass(undefined);
      render();
    });
  }
  return { reset: () => widget.reset(), open: () => widget.show() };
}

function makeWidget(form, heard) {
  const place = form.querySelector('#captcha');
  if (window.initGeetest4) return geetestWidget(place, form.dataset, heard);
  if (window.initNECaptcha) return yidunWidget(place, form.dataset, heard);
  if (window.captchad) return ownWidget(place, form.dataset, form.elements.account, heard);
  place.append(scriptMissing(form.dataset.script));
  return undefined;
}

function scriptMissing(path) {
  const message = document.createElement('p');
  message.className = 'missing';
  const code = document.createElement('code');
  code.textContent = path;
  message.append('The puzzle could not be loaded: there was no script at ', code, '. Please load the page again.');
  return message;
}

// The form.

function start(form, showTab) {
  const message = form.querySelector('[data-message]');
  const restart = form.querySelector('[data-restart]');
  const submit = form.querySelector('[type=submit]');
  let pass;
  let sent;

  const say = (text, mood = '') => {
    message.textContent = text;
    message.dataset.mood = mood;
  };
  const widget = makeWidget(form, {
    pass: (given) => {
      pass = given;
      if (given) say('');
    },
    error: (text) => say(text || 'The puzzle could not be loaded.', 'bad'),
  });

  const redeem = async () => {
    submit.disabled = true;
    say('Asking the backend …');
    const { outcome, trouble } = await post(form.action, sent);
    submit.disabled = false;
    if (!outcome) return say(trouble, 'bad');
    restart.hidden = false;
    say(
      outcome.accepted ? form.dataset.done : 'Refused. The backend lets nobody in with this pass.',
      outcome.accepted ? 'good' : 'bad',
    );
    showOutcome(outcome, showTab);
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!widget) return say('There is no puzzle to solve yet.', 'bad');
    if (!pass) {
      widget.open();
      return say('Please solve the puzzle first.');
    }
    sent = { account: form.elements.account.value, pass };
    redeem();
  });
  restart.addEventListener('click', () => {
    pass = undefined;
    restart.hidden = true;
    say('');
    widget.reset();
  });
  find('[data-again]').addEventListener('click', redeem);
}

async function post(url, body) {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    const said = await answer.json();
    return answer.ok ? { outcome: said } : { trouble: said.error };
  } catch {
    return { trouble: 'The demo’s server does not answer.' };
  }
}

function showOutcome(outcome, showTab) {
  find('[data-empty]').hidden = true;
  find('[data-exchange]').hidden = false;
  find('[data-request]').textContent = outcome.request;
  find('[data-status]').textContent = outcome.status;
  find('[data-answer]').textContent = outcome.answer;
  const panel = find('[data-live]');
  showTab(panel);
  // On a phone the panel is further down.
  panel.parentElement.scrollIntoView({ block: 'nearest' });
}

for (const pre of document.querySelectorAll('.panel-head + pre:not(.answered)')) addCopyButton(pre);
const showTab = makeTabs(find('[data-tabs]'));
const form = find('[data-login]');
if (form) start(form, showTab);
