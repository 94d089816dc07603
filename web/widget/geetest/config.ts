import { isMobile } from '../engine/browser';
import type { Kind } from '../engine/server';
import type { Theme } from '../engine/theme';
import { ownBase } from '../engine/url';
import type { Product } from '../engine/widget';

/** Config is what a page, or the vendor's own loader, hands over. Unknown members are ignored. */
export interface Config {
  captchaId?: string;
  product?: string;
  nativeButton?: { width?: string; height?: string };
  /** Old names of nativeButton's members. */
  btnWidth?: string;
  btnHeight?: string;
  rem?: number;
  language?: string;
  protocol?: string;
  https?: boolean;
  timeout?: number;
  hideBar?: string[];
  hideClose?: boolean;
  mask?: { outside?: boolean; bgColor?: string };
  /** Old names of mask's members. */
  outside?: boolean;
  bgColor?: string;
  apiServers?: string[];
  nextWidth?: string;
  riskType?: string;
  userInfo?: string;
  hideSuccess?: boolean;
  /** Old name of hideSuccess. */
  hideBindSuccess?: boolean;
  customTheme?: { _brightness?: string };
  /** Names the widget in events. */
  challenge?: string;
  /** The Challenge that the vendor's own loader has asked for. */
  lotNumber?: string;
  offlineCb?: () => void;
  onError?: (error: unknown) => void;
}

// Where this script came from. The vendor's loader has other names for it than we do.
const origin = ownBase(/(\/geetest)?\/v4\/[^?#]*$/);

/** basesOf are the servers that the page names, else the one that this script came from. */
export function basesOf(config: Config): string[] {
  // The loader hands apiServers over on a prototype: no spreading, no own keys here.
  const servers = config.apiServers;
  if (!servers?.length) return [origin];
  return servers.map(
    (server) =>
      protocolOf(config) +
      String(server)
        .replace(/^[a-z]+:\/\//i, '')
        .replace(/(\/geetest)?\/*$/, ''),
  );
}

function protocolOf(config: Config): string {
  if (config.https || config.protocol === 'file://') return 'https://';
  return config.protocol || (location.protocol === 'http:' ? 'http://' : 'https://');
}

/** clientTypeOf is the vendor's word for the device. */
export const clientTypeOf = (): string => (isMobile() ? 'h5' : 'web');

/** productOf is the form of the widget. What floats on a desktop covers the page of a phone. */
export function productOf(config: Config): Product {
  if (config.product === 'bind' || config.product === 'popup') return config.product;
  return isMobile() ? 'popup' : 'float';
}

export function maskOf(config: Config): { outside: boolean; color: string } {
  return {
    outside: config.mask?.outside ?? config.outside ?? true,
    color: config.mask?.bgColor ?? config.bgColor ?? '#0000004d',
  };
}

export function hiddenIn(config: Config): Set<string> {
  return new Set([...(config.hideBar ?? []), ...(config.hideClose ? ['close'] : [])]);
}

export function sizeOf(config: Config): { width?: string; height?: string } {
  return {
    width: config.nativeButton?.width ?? config.btnWidth,
    height: config.nativeButton?.height ?? config.btnHeight,
  };
}

export function themeOf(config: Config): Theme {
  const wanted = config.customTheme?._brightness;
  return wanted === 'dark' || wanted === 'light' ? wanted : 'auto';
}

/** kindOf is our kind for the vendor's risk type; undefined: the Site's standard one. */
export function kindOf(config: Config): Kind | undefined {
  const kinds: Record<string, Kind | undefined> = { slide: 'slider', voice: 'audio', word: 'words', icon: 'words' };
  return kinds[config.riskType ?? ''];
}

/** userInfoOf is what the page tells of its user: 256 characters of it. */
export function userInfoOf(config: Config): string | undefined {
  const { userInfo } = config;
  return userInfo === undefined || userInfo === null ? undefined : [...String(userInfo)].slice(0, 256).join('');
}
