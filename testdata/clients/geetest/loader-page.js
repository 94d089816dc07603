// A loader as the vendor's own works: /load by JSONP, then the rest of the script,
// then new Geetest4 with a config whose apiServers stand on a prototype. It is
// written after what the vendor's does; that one is not ours to hand on.
(() => {
  const tag = (src) =>
    new Promise((loaded, failed) => {
      const script = Object.assign(document.createElement('script'), { src, onload: loaded, onerror: failed });
      document.head.append(script);
    });

  const camelised = (value) => {
    if (Array.isArray(value)) return value.map(camelised);
    if (!value || typeof value !== 'object') return value;
    const name = (key) => key.replace(/(\S)_([a-zA-Z])/g, (_, a, b) => a + b.toUpperCase());
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [name(key), camelised(member)]));
  };

  const jsonp = (url, query) =>
    new Promise((answered, failed) => {
      const callback = `geetest_${Date.now()}`;
      window[callback] = answered;
      tag(`${url}?${new URLSearchParams({ ...query, callback })}`).catch(failed);
    });

  window.initGeetest4 = async (config, callback) => {
    const server = config.apiServers[0];
    const query = { captcha_id: config.captchaId, challenge: crypto.randomUUID(), client_type: 'web', lang: 'en-us' };
    const answer = await jsonp(`${config.protocol}${server}/load`, query);
    if (answer.status === 'error') {
      const { desc, msg, code } = answer;
      config.onError({ desc, msg, code });
      return;
    }
    const data = camelised(answer.data);
    data.gctPath.split('.');
    const [staticServer] = config.staticServers ?? data.staticServers;
    const place = (path) => `${config.protocol}${staticServer}${path}`;
    await Promise.all([tag(place(data.gctPath)), tag(place(data.staticPath + data.js))]);
    const { apiServers, ...rest } = config;
    callback(new window.Geetest4(Object.assign(Object.create({ apiServers }), rest, data)));
  };

  window.told = [];
  window.begin = (config) =>
    window.initGeetest4({ ...config, onError: (error) => window.told.push(error) }, (captcha) => {
      window.captcha = captcha;
      captcha.appendTo('#captcha').onSuccess(() => {
        window.pass = captcha.getValidate();
      });
    });
})();
