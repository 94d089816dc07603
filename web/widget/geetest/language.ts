import { type Language, match } from '../locales/index';

/** words are the vendor's own names of languages. */
const words = new Map<string, Language>(
  Object.entries({
    zho: 'zh-cn',
    eng: 'en',
    'zho-tw': 'zh-tw',
    'zho-hk': 'zh-hk',
    udm: 'ug',
    jpn: 'ja',
    ind: 'id',
    kor: 'ko',
    rus: 'ru',
    ara: 'ar',
    spa: 'es',
    pon: 'pt-br',
    por: 'pt-pt',
    fra: 'fr',
    deu: 'de',
  }),
);

/** languageOf finds our language for the vendor's word or for a BCP 47 tag; the browser's, if none is given. */
export function languageOf(wanted: string | undefined): Language {
  const tag = String(wanted || navigator.language || '').toLowerCase();
  return words.get(tag) ?? match(tag) ?? 'en';
}
