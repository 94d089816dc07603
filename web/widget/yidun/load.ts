// NetEase Yidun's script: it defines initNECaptcha.
import { later } from '../engine/browser';
import { Refusal } from '../engine/server';
import { type Config, modeOf, productOf } from './config';
import { CaptchaError, errorOf } from './errors';
import { firstChallenge, Instance, placeOf, version } from './instance';

type OnError = (error: CaptchaError) => void;

/** initNECaptcha makes a widget. What fails before onload is told to onerror, and to nobody else. */
function initNECaptcha(config: Config, onload?: (instance: Instance) => void, onerror?: OnError): void {
  const refuse = (error: CaptchaError) => later(() => (onerror ? onerror(error) : console.error(error)));
  const missing = missingElement(config);
  if (!config.captchaId) return refuse(new CaptchaError(432, 'there is no captchaId'));
  if (missing) return refuse(missing);
  firstChallenge(config).then(
    (challenge) =>
      later(() => {
        const instance = new Instance(config, challenge);
        onload?.(instance);
        later(() => config.onReady?.(instance));
        instance.start();
      }),
    (error: unknown) => refuse(errorOf(error instanceof Refusal ? error : new Refusal('network', String(error)))),
  );
}

function missingElement(config: Config): CaptchaError | undefined {
  if (productOf(modeOf(config)) === 'bind' || placeOf(config.element)) return undefined;
  return new CaptchaError(1000, `element: there is no ${String(config.element)}`);
}

window.initNECaptcha = Object.assign(initNECaptcha, { VERSION: version, CaptchaError });
