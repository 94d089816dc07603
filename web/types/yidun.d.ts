// Types for NetEase Yidun's browser script, as captchad serves it at /load.min.js.

/** Why something went wrong. Its data is always an object. */
interface NECaptchaError extends Error {
  /** 200, 300 (the answer is wrong), 432 (captchaId), 500, 501, 1000. */
  code: number;
  data: { url: string; token: string; type: number; counts: number };
}

/** The heights of a floating widget, in pixels; imagePanelHeight is 0 while the panel is closed. */
interface NECaptchaHeights {
  total: number;
  controlBarHeight: number;
  gapHeight: number;
  imagePanelHeight: number;
}

interface NECaptchaConfig {
  captchaId: string;
  /** Where the widget stands, with its hidden input NECaptchaValidate; not needed for popup and bind. */
  element?: string | Element | null;
  mode?: 'float' | 'embed' | 'popup' | 'bind';
  /** A BCP 47 tag; default: zh-CN. */
  lang?: string;
  width?: number | string;
  theme?: 'light' | 'dark';
  /** 2 slider, 3 words, 7 icons, 12 audio, where the Site has them. */
  captchaType?: number | string;
  /** The page closes the popup, and the visitor cannot. */
  enableClose?: boolean;
  customStyles?: { primaryColor?: string; [part: string]: unknown };
  /** Failures after which the visitor has to click for another puzzle; default: 5. */
  maxVerification?: number;
  /** Told to the backend by /api/v2/verify; 256 characters of it. */
  extraData?: string | (() => string);
  /** host[:port][/prefix] of captchad; default: where the script came from. */
  apiServer?: string | string[];
  protocol?: 'http' | 'https';
  /** Milliseconds a call may take; default: 6000. */
  timeout?: number;
  onReady?(instance: NECaptchaInstance): void;
  onVerify?(error: NECaptchaError | null, data?: { validate: string }): void;
  onDidRefresh?(instance: NECaptchaInstance): void;
  onBeforeClose?(instance: NECaptchaInstance): void;
  onClose?(instance: NECaptchaInstance): void;
  onError?(error: NECaptchaError): void;
  onFloatHeightChange?(heights: NECaptchaHeights): void;
  /** Further options of the vendor are taken and do nothing. */
  [option: string]: unknown;
}

interface NECaptchaInstance {
  readonly version: string;
  readonly captchaId: string;
  readonly captchaType: number;
  readonly mode: string;
  readonly theme: string;
  readonly protocol: string;
  readonly lang: string;
  readonly $el: HTMLElement;
  /** Opens the panel, or begins anew after success. */
  verify(): void;
  popUp(): void;
  close(): void;
  refresh(): void;
  destroy(): void;
  getCaptchaType(): string;
  isIntellisense(): boolean;
}

interface InitNECaptcha {
  (
    config: NECaptchaConfig,
    onload?: (instance: NECaptchaInstance) => void,
    onerror?: (error: NECaptchaError) => void,
  ): void;
  readonly VERSION: string;
}

/** The options of the script that customers host themselves, for when the vendor is down. */
interface NECaptchaFallbackConfig extends NECaptchaConfig {
  staticServer?: string | string[];
  errorFallbackCount?: number;
  defaultFallback?: boolean;
  onFallback?(validate: string): void;
}

interface Window {
  initNECaptcha: InitNECaptcha;
  initNECaptchaWithFallback?(
    config: NECaptchaFallbackConfig,
    onload?: (instance: NECaptchaInstance) => void,
    onerror?: (error: NECaptchaError) => void,
  ): void;
}

declare const initNECaptcha: InitNECaptcha;
