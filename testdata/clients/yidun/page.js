// The page of an app that uses initNECaptcha. What it is told is kept in the order
// in which it came.
window.told = [];
const tell = (event) => (...args) => {
  const plain = args.map((arg) => (arg instanceof Error ? { code: arg.code, message: arg.message, data: arg.data } : arg && arg.captchaId ? 'instance' : arg));
  window.told.push([event, ...plain]);
};
window.begin = (config) => {
  const callbacks = {};
  for (const name of ['onReady', 'onVerify', 'onDidRefresh', 'onBeforeClose', 'onClose', 'onError', 'onFloatHeightChange']) {
    callbacks[name] = tell(name);
  }
  const onload = (instance) => {
    window.instance = instance;
    tell('onload')(instance);
  };
  const init = window.initNECaptchaWithFallback || window.initNECaptcha;
  init({ element: '#captcha', ...callbacks, ...config }, onload, tell('onerror'));
};
