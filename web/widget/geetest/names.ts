import type { Names } from '../engine/dom';

/** states are the classes by which the vendor shows how things stand. */
const states: Record<string, string[]> = {
  loading: ['wait'],
  ready: ['ready', 'nextReady'],
  open: ['nextReady', 'boxShow'],
  checking: ['wait', 'boxShow'],
  wrong: ['fail', 'boxShow'],
  passed: ['success', 'lock_success'],
  failed: ['error'],
  closed: ['nextReady', 'close'],
};

/** namesOf are the vendor's class names for parts of the widget, plain and with the instance's hash. */
export function namesOf(hash: string): Names {
  return {
    part: (part) => [`geetest_${part}`, `geetest_${part}_${hash}`],
    state: (state) => (states[state] ?? []).map((name) => `geetest_${name}`),
  };
}
