import { createRequire } from 'node:module';
import { CloudbaseOAuth } from '@cloudbase/oauth';
import { parseCaptcha } from '@cloudbase/utilities/dist/cjs/libs/util.js';
import { read, site } from './site.mjs';

// The package does not say that its ES module is one, and Node reads it as such
// only since 20.19.
const cloudbase = createRequire(import.meta.url)('@cloudbase/js-sdk');

// It asks metadata.tencentyun.com before every call where it runs, unless it is
// told. A test asks nobody on the internet.
process.env.TENCENTCLOUD = 'true';

// oauth is bare @cloudbase/oauth 3.3.3, pointed at a server. Answer is whoever
// looks at the pictures.
export async function oauth(origin, { answer = read, clientId = site } = {}) {
  const client = new CloudbaseOAuth({
    apiOrigin: origin,
    clientId,
    env: clientId,
    storage: memory(),
    captchaOptions: { openURIWithCallback: solver(() => client.authApi, answer) },
  });
  await client.initializeSession();
  return client.authApi;
}

// jsSDK is the Node build of @cloudbase/js-sdk 3.7.0, pointed at a server. It
// keeps its captcha_token for the whole process.
export async function jsSDK(origin) {
  const { protocol, host } = new URL(origin);
  const app = cloudbase.init({ env: site });
  app.registerHost(host, protocol.replace(':', ''));
  const auth = app.auth({ persistence: 'local', captchaOptions: { openURIWithCallback: solver(() => auth, read) } });
  return auth;
}

// sdks are both of them, by name.
export const sdks = { '@cloudbase/oauth': oauth, '@cloudbase/js-sdk': jsSDK };

// solver stands where an app would show the picture. What it returns is what the
// SDK keeps and sends along.
const solver = (auth, answer) => async (uri) => {
  const { token } = parseCaptcha(uri);
  return auth().verifyCaptchaData({ token, key: await answer(token) });
};

// memory is the storage that bare oauth asks for where there is no localStorage.
function memory() {
  const kept = new Map();
  const getItemSync = (key) => kept.get(key) ?? null;
  const setItemSync = (key, value) => void kept.set(key, value);
  const removeItemSync = (key) => void kept.delete(key);
  return {
    getItemSync,
    setItemSync,
    removeItemSync,
    getItem: async (key) => getItemSync(key),
    setItem: async (key, value) => setItemSync(key, value),
    removeItem: async (key) => removeItemSync(key),
  };
}
