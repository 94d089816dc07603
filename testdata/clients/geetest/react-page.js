// The page of an app that uses react-geetest-v4, under StrictMode, which runs each
// effect twice. What the client tells the app is kept in the order in which it came.
import { createElement, createRef, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import GeeTest from 'react-geetest-v4';

window.told = [];
window.captcha = createRef();
const tell = (event) => (argument) => {
  const inPage = !!document.querySelector('[id^="captcha-"] .geetest_captcha');
  window.told.push({ event, argument, inPage });
};

const captcha = createElement(GeeTest, {
  ref: window.captcha,
  ...window.props,
  onReady: tell('ready'),
  onNextReady: tell('nextReady'),
  onSuccess: tell('success'),
  onFail: tell('fail'),
  onError: tell('error'),
  onClose: tell('close'),
});
const root = createRoot(document.getElementById('root'));
root.render(window.strict ? createElement(StrictMode, null, captcha) : captcha);
