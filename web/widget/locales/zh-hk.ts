import type { Texts } from './texts';
import zhTW from './zh-tw';

const zhHK: Texts = {
  ...zhTW,
  start: '按此進行驗證',
  failed: '網絡異常，請按此重試',
  slide: '拖動滑桿，將拼圖移入缺口',
  play: '播放錄音',
};
export default zhHK;
