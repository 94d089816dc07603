// The page of an app that uses aj-captcha-react: it asks for a slider as soon as
// it is loaded, and keeps what the client hands it.
import { createElement, createRef } from 'react';
import { createRoot } from 'react-dom/client';
import { Captcha } from 'aj-captcha-react';

const captcha = createRef();
const props = {
  ref: captcha,
  path: window.captchaPath,
  type: 'auto',
  onSuccess: (pass) => { window.pass = pass; },
  onFail: (text) => { window.failure = text; },
};
createRoot(document.getElementById('root')).render(createElement(Captcha, props));

const start = () => (captcha.current ? captcha.current.verify() : setTimeout(start, 5));
start();
