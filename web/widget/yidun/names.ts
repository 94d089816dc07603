import type { Names } from '../engine/dom';

/** parts are the vendor's class names, which tests and style sheets select by. */
const parts: Record<string, string[]> = {
  captcha: ['yidun'],
  float: ['yidun--float'],
  embed: ['yidun--embed'],
  bind: ['yidun--popup'],
  box: ['yidun_panel'],
  bg: ['yidun_bg-img'],
  slice: ['yidun_jigsaw'],
  slider: ['yidun_control'],
  btn: ['yidun_slider'],
  // The vendor's fallback script writes into whatever has the last of these.
  tip: ['yidun_tips__text', 'yidun-fallback__tip'],
  text_tips: ['yidun_tips__text', 'yidun-fallback__tip'],
  title: ['yidun_tips'],
  refresh: ['yidun_refresh'],
  popup_wrap: ['yidun_popup'],
  box_wrap: ['yidun_modal'],
  close: ['yidun_modal__close'],
  input: ['yidun_input'],
};

const states: Record<string, string[]> = {
  loading: ['yidun--loading'],
  checking: ['yidun--loading'],
  wrong: ['yidun--error'],
  passed: ['yidun--success'],
  failed: ['yidun--loadfail'],
};

export const names: Names = {
  part: (part) => parts[part] ?? [],
  state: (state) => states[state] ?? [],
};
