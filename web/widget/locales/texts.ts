export interface Texts {
  start: string;
  loading: string;
  checking: string;
  passed: string;
  wrong: string;
  failed: string;
  limited: string;
  refused: string;
  dialog: string;
  slide: string;
  slider: string;
  position: string;
  sliderHelp: string;
  sliderPicture: string;
  type: string;
  textPicture: string;
  listen: string;
  answer: string;
  play: string;
  stop: string;
  confirm: string;
  refresh: string;
  close: string;
  toAudio: string;
  toPicture: string;
}
