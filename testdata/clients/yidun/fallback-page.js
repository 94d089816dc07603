// The script that Yidun's customers host themselves for when the vendor is down. It is
// written after what the vendor's does; that one is not ours to hand on.
window.initNECaptchaWithFallback = (config, onload, onerror) => {
  const threshold = config.errorFallbackCount || 3;
  let errors = 0;
  let instance;
  const failed = (error) => {
    errors += 1;
    if (errors < threshold) {
      onerror(error);
      return;
    }
    errors = 0;
    config.onVerify(null, { validate: window.fallbackConstant, isFallback: true });
    for (let at = instance; at; at = at._captchaIns) {
      for (const tip of at.$el.querySelectorAll('.yidun-fallback__tip')) tip.textContent = 'captcha error，Verified automatically';
    }
  };
  // The page's own onError and onDidRefresh are lost, as with the vendor's.
  const wrapped = { ...config, onError: failed, onDidRefresh: () => { errors = 0; } };
  const begin = () => window.initNECaptcha(wrapped, (made) => { instance = made; onload(made); }, failed);
  if (window.initNECaptcha) {
    begin();
    return;
  }
  const src = `${config.protocol}://${config.staticServer}/load.min.js?v=${Math.floor(Date.now() / 60000)}`;
  document.head.append(Object.assign(document.createElement('script'), { src, onload: begin, onerror: () => failed({ code: 502 }) }));
};
