import en from './en';
import type { Texts } from './texts';
export const locales = {
  en,
  'zh-cn': en,
  'zh-tw': en,
  'zh-hk': en,
  ug: en,
  ja: en,
  id: en,
  ko: en,
  ru: en,
  ar: en,
  es: en,
  'pt-br': en,
  'pt-pt': en,
  fr: en,
  de: en,
} as const satisfies Record<string, Texts>;
export type Language = keyof typeof locales;
export const rightToLeft: ReadonlySet<string> = new Set(['ar', 'ug']);
export function match(tag: string): Language | undefined {
  return tag.startsWith('en') ? 'en' : undefined;
}
