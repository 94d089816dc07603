// The page of an app that uses the hook of react-geetest-v4 in a component of its
// own, under StrictMode. window.show puts it on the page, and takes it off again.
import { createElement, StrictMode, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { useGeeTest } from 'react-geetest-v4';

window.states = [];
window.errors = [];
window.passes = [];

function Captcha() {
  const { captchaId, ...options } = window.props;
  const { captcha, state } = useGeeTest(captchaId, { ...options, onError: (error) => window.errors.push(error) });
  useEffect(() => {
    if (window.states.at(-1) !== state) window.states.push(state);
    if (state === 'ready') captcha.appendTo('#place');
    if (state === 'success') window.passes.push(captcha.getValidate());
  }, [state]);
  return createElement('div', { id: 'place' });
}

const root = createRoot(document.getElementById('root'));
window.show = (shown) => root.render(shown ? createElement(StrictMode, null, createElement(Captcha)) : null);
window.show(true);
