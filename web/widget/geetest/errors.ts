import type { Refusal } from '../engine/server';

/** VendorError is how the vendor tells a page that something went wrong. */
export interface VendorError {
  code: string;
  msg: string;
  desc: { type?: string; detail?: string };
  lot_number?: string;
}

/** refused are the vendor's words for what the server refuses. */
const refused: Record<string, [code: string, msg: string]> = {
  unknown_site: ['-50103', 'not captcha'],
  disabled_site: ['-50105', 'captcha_id paused'],
  origin: ['-50103', 'not captcha'], // the vendor has no word for a page of the wrong origin
};

const defined = (code: string, msg: string): VendorError => ({ desc: { type: 'defined error' }, msg, code });

/** badId is what is wrong with a captchaId, if anything is. */
export function badId(id: unknown): VendorError | undefined {
  if (!id) return defined('-50101', 'not captcha_id');
  if (typeof id !== 'string' || !/^[0-9a-f]{32}$/.test(id)) return defined('-50102', 'illegal captcha_id');
  return undefined;
}

/** early is an error before there is an object that could tell it. */
export function early(refusal: Refusal): VendorError {
  const word = refused[refusal.code];
  return word ? defined(...word) : late(refusal, '60100');
}

/** late is an error that the object tells; the code is for what no server has refused. */
export function late(refusal: Refusal, code: string, lotNumber?: string): VendorError {
  const desc = { detail: refusal.message };
  if (refused[refusal.code]) return { msg: 'Captcha Forbidden', code: '60500', desc, lot_number: lotNumber };
  return { msg: 'Network failure', code, desc, lot_number: lotNumber };
}

/** misconfigured is an error that the page's own code makes. */
export function misconfigured(code: string, detail: string): VendorError {
  return { msg: 'Configuration Error', code, desc: { detail } };
}
