// How vendors, steps and outcomes are called.

const vendors: Record<string, string> = {
  ajcaptcha: 'AJ-Captcha',
  cloudbase: 'CloudBase',
  geetest: 'GeeTest',
  native: 'captchad',
  oneaccess: 'OneAccess',
  yidun: 'Yidun',
};

// vendor is a Dialect as people call it.
export const vendor = (dialect: string): string => (Object.hasOwn(vendors, dialect) ? vendors[dialect] : dialect) ?? '';

// steps are those that can be planned.
export const steps: Record<string, string> = { issue: 'Issue', answer: 'Answer', redeem: 'Redeem' };

// meanings tell in a few words how a step ends.
const meanings: Record<string, string> = {
  automatic: 'no puzzle is shown, and any answer is right',
  right: 'it goes well, whatever is sent',
  wrong: 'the answer is not right',
  unknown: 'nobody has heard of it',
  foreign: 'it belongs to another subject',
  expired: 'it is too old',
  used: 'it was used before',
  exhausted: 'there were too many wrong answers',
  limited: 'too many requests',
  busy: 'the vendor is too busy',
  internal: 'the vendor fails',
};

export const meaning = (outcome: string): string =>
  outcome.startsWith(vendorCode)
    ? 'the vendor’s own code, in the shape it has there'
    : ((Object.hasOwn(meanings, outcome) ? meanings[outcome] : '') ?? '');

const vendorCode = 'code:';

// ago is a span of time, in milliseconds, in words.
export function ago(span: number): string {
  const seconds = Math.round(span / 1000);
  if (seconds < 0) return `in ${length(-seconds)}`;
  return seconds < 2 ? 'now' : `${length(seconds)} ago`;
}

// length is a duration in seconds, in one unit.
export function length(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86400)} d`;
}

// timeOfDay is a moment in UTC, which is what the mock's clock shows.
export const timeOfDay = (at: string | number): string => new Date(at).toISOString().slice(11, 19);

// short is a duration as Go writes it, without what is zero: 2m, not 2m0s.
export const short = (duration: string): string => duration.replace(/(?<=[hm])0[ms]/g, '');

// rounded is a number of pixels.
export const rounded = (n: number): string => String(Math.round(n * 10) / 10);
