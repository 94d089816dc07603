// The page of an app that uses vue3-geetest, whose vendor URLs are fixed.
import { createApp, h } from 'vue';
import { Geetest, GeetestCaptcha } from 'vue3-geetest';

const onInitialized = (captcha) => {
  window.captcha = captcha;
  captcha.onSuccess(() => {
    window.pass = captcha.getValidate();
  });
};
const app = createApp({ render: () => h(GeetestCaptcha, { config: { product: 'float' }, onInitialized }) });
app.use(Geetest, { captchaId: window.captchaId, protocol: 'https://' });
app.mount('#root');
