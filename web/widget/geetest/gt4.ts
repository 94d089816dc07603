// GeeTest's script: loader and widget in one. It defines initGeetest4 for pages, and Geetest4 for the
// vendor's own loader, which fetches it as gcaptcha4.js.
import { later } from '../engine/browser';
import type { Refusal } from '../engine/server';
import type { Config } from './config';
import { badId, early, type VendorError } from './errors';
import { firstChallenge, Geetest4 } from './geetest4';

type Init = (config: Config, callback: (captcha: Geetest4) => void) => void;

const initGeetest4: Init = (config, callback) => {
  const wrong = badId(config.captchaId);
  if (wrong) return later(() => refuse(config, wrong));
  firstChallenge(config).then(
    (challenge) => later(() => callback(new Geetest4(config, challenge))),
    (refusal: Refusal) => later(() => giveUp(config, refusal)),
  );
};

// There is no local Pass when nobody answers: a page that can make one lets everybody in.
function giveUp(config: Config, refusal: Refusal): void {
  if (refusal.failed && typeof config.offlineCb === 'function') config.offlineCb();
  else refuse(config, early(refusal));
}

function refuse(config: Config, error: VendorError): void {
  if (typeof config.onError === 'function') config.onError(error);
  else throw new Error(`initGeetest4: ${error.code} ${error.msg}`);
}

const page = window as unknown as { initGeetest4?: Init; Geetest4: typeof Geetest4 };
page.initGeetest4 ??= initGeetest4; // the vendor's loader, if that is what the page has, comes first
page.Geetest4 = Geetest4; // whatever was preloaded for when the vendor is down goes
