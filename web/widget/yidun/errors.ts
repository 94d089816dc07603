import type { Refusal } from '../engine/server';

/** What the vendor's errors tell beside code and message. */
export interface ErrorData {
  url: string;
  token: string;
  type: number;
  counts: number;
}

const noData: ErrorData = { url: '', token: '', type: 0, counts: 0 };

/** CaptchaError is how the vendor tells a page that something went wrong. Its data is always an object. */
export class CaptchaError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly data: ErrorData = noData,
  ) {
    super(message);
    this.name = 'CaptchaError';
  }
}

/** The vendor's codes for what the server refuses. */
const codes: Record<string, number> = {
  unknown_site: 432,
  disabled_site: 432,
  origin: 200,
  limited: 200,
  busy: 200,
  invalid: 501,
  internal: 501,
  network: 500,
};

/** errorOf is the vendor's error for a refusal. */
export function errorOf(refusal: Refusal, data?: ErrorData): CaptchaError {
  return new CaptchaError(codes[refusal.code] ?? 1000, refusal.message, data);
}
