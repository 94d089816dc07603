import ar from './ar';
import de from './de';
import en from './en';
import es from './es';
import fr from './fr';
import id from './id';
import ja from './ja';
import ko from './ko';
import ptBR from './pt-br';
import ptPT from './pt-pt';
import ru from './ru';
import type { Texts } from './texts';
import ug from './ug';
import zhCN from './zh-cn';
import zhHK from './zh-hk';
import zhTW from './zh-tw';

export const locales = {
  en,
  'zh-cn': zhCN,
  'zh-tw': zhTW,
  'zh-hk': zhHK,
  ja,
  ko,
  id,
  ru,
  ar,
  es,
  'pt-br': ptBR,
  'pt-pt': ptPT,
  fr,
  de,
  ug,
} as const satisfies Record<string, Texts>;

export type Language = keyof typeof locales;

/** rightToLeft are the languages that are written so. */
export const rightToLeft: ReadonlySet<string> = new Set<Language>(['ar', 'ug']);

const languages = Object.keys(locales) as Language[];

/** match finds the language for a BCP 47 tag such as "zh-Hant-HK", "pt" or "de_AT"; undefined, if there is none. */
export function match(tag: string): Language | undefined {
  const [main, ...rest] = tag.toLowerCase().split(/[-_]/);
  const has = (...wanted: string[]) => wanted.some((part) => rest.includes(part));
  if (main === 'zh') {
    if (has('hans')) return 'zh-cn';
    if (has('hk', 'mo')) return 'zh-hk';
    return has('hant', 'tw') ? 'zh-tw' : 'zh-cn';
  }
  if (main === 'pt') return has('pt', 'ao', 'mz') ? 'pt-pt' : 'pt-br';
  return languages.find((language) => language === main);
}
