import { isMobile } from '../engine/browser';
import type { Kind } from '../engine/server';
import type { Theme } from '../engine/theme';
import { ownBase } from '../engine/url';
import type { Product } from '../engine/widget';
import { type Language, match } from '../locales/index';
import type { CaptchaError } from './errors';
import type { Instance } from './instance';

/** Config is what a page hands over. Unknown members are ignored. */
export interface Config {
  captchaId?: string;
  element?: string | Element | null;
  mode?: string;
  protocol?: string;
  lang?: string;
  width?: number | string;
  appendTo?: string | Element | null;
  enableClose?: boolean;
  customStyles?: { primaryColor?: string };
  maxVerification?: number;
  extraData?: string | (() => string);
  apiServer?: string | string[];
  timeout?: number;
  theme?: string;
  captchaType?: number | string;
  onReady?(instance: Instance): void;
  onVerify?(error: CaptchaError | null, data?: { validate: string }): void;
  onClose?(instance: Instance): void;
  onBeforeClose?(instance: Instance): void;
  onDidRefresh?(instance: Instance): void;
  onError?(error: CaptchaError): void;
  onFloatHeightChange?(heights: Heights): void;
}

/** Heights are those of a floating widget, in pixels. */
export interface Heights {
  total: number;
  controlBarHeight: number;
  gapHeight: number;
  /** 0: the panel is closed. */
  imagePanelHeight: number;
}

const origin = ownBase(/(\/yidun)?\/load(\.min)?\.js$/);

/** basesOf are the servers that the page names, else the one that this script came from. */
export function basesOf(config: Config): string[] {
  const servers = [config.apiServer ?? []].flat();
  if (!servers.length) return [origin];
  const protocol =
    config.protocol === 'http' || config.protocol === 'https' ? `${config.protocol}:` : location.protocol;
  return servers.map(
    (server) => `${protocol}//${server.replace(/^([a-z]+:)?\/\//i, '').replace(/(\/yidun)?\/*$/, '')}`,
  );
}

/** modes are the vendor's forms of the widget as ours. Its popup has no button, like its bind. */
const modes: Record<string, Product> = { float: 'float', embed: 'embed', popup: 'bind', bind: 'bind' };

/** modeOf is the mode that the page asks for, or the standard one. */
export function modeOf(config: Config): string {
  const standard = isMobile() ? 'popup' : 'float';
  if (!config.mode) return standard;
  if (modes[config.mode]) return config.mode;
  console.warn(`[NECaptcha] there is no mode ${config.mode}`);
  return standard;
}

export function productOf(mode: string): Product {
  return modes[mode] ?? 'float';
}

/** languageOf finds our language; the vendor's standard is Chinese. */
export function languageOf(config: Config): Language {
  return match(config.lang || 'zh-CN') ?? 'en';
}

/** widthOf is a CSS length, or nothing where the standard is meant. */
export function widthOf(config: Config): string | undefined {
  const { width } = config;
  if (!width || width === 'auto') return undefined;
  return /^\d+(\.\d+)?$/.test(String(width)) ? `${width}px` : String(width);
}

export function themeOf(config: Config): Theme {
  return config.theme === 'dark' ? 'dark' : 'light';
}

/** types are the vendor's numbers and names of the kinds that we have. */
const types: Record<string, Kind> = {
  2: 'slider',
  jigsaw: 'slider',
  3: 'words',
  point: 'words',
  7: 'words',
  icon_point: 'words',
  12: 'audio',
  voice: 'audio',
};

export function kindOf(config: Config): Kind | undefined {
  return types[String(config.captchaType)];
}

/** captchaTypes are the vendor's names of our kinds. */
export const captchaTypes: Record<Kind, { name: string; number: number }> = {
  slider: { name: 'jigsaw', number: 2 },
  text: { name: 'text', number: 0 },
  audio: { name: 'voice', number: 12 },
  words: { name: 'point', number: 3 },
};

/** extraDataOf is what the page wants its backend to be told. */
export function extraDataOf(config: Config): string | undefined {
  const { extraData } = config;
  const text = typeof extraData === 'function' ? extraData() : extraData;
  return text === undefined || text === null ? undefined : [...String(text)].slice(0, 256).join('');
}
