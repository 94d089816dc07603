/** Texts are all that the widget says. {n} stands for a number. */
export interface Texts {
  // The button that opens the widget, and what the widget says of its state.
  start: string;
  loading: string;
  checking: string;
  passed: string;
  wrong: string;
  failed: string; // the network; on the button too
  limited: string; // {n} seconds to wait
  refused: string; // by the site's configuration

  // The accessible name of the dialog.
  dialog: string;

  // The slider puzzle: its title, then what a screen reader says.
  slide: string;
  slider: string; // the name of the handle
  position: string; // of the piece, {n} percent
  sliderHelp: string; // keys
  sliderPicture: string;

  // The puzzle of clicks: its title, what the strip that shows the order is called, then the picture with
  // its keys, and a mark in it.
  click: string;
  order: string;
  clickHelp: string;
  mark: string; // {n}: its number

  // The typed puzzles: a title and the name of the picture, a title, and the name of the input field.
  type: string;
  textPicture: string;
  listen: string;
  answer: string;

  // Buttons.
  play: string;
  stop: string;
  confirm: string;
  refresh: string;
  close: string;
  toAudio: string;
  toPicture: string;
}
