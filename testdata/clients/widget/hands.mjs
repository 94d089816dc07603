// The hands of a visitor: a mouse, a finger, and keys.
import { solution } from '../captchad.mjs';

// What the picture of a slider and its piece measure, in its own pixels.
const [picture, piece] = [310, 47];

// gap is where the piece of a Challenge belongs; with a mistake it is beside it.
export async function gap(challenge, mistake = 0) {
  const { x } = await solution(challenge.id);
  return x > (picture - piece) / 2 ? x - mistake : x + mistake;
}

// ways are how the hand goes to bring the piece to x: from the middle of the handle
// in a dozen steps, as high and low as hands go.
async function way({ handle, rail }, x) {
  const [grip, whole] = [await handle.boundingBox(), await rail.evaluate((r) => r.clientWidth * (r.getBoundingClientRect().width / r.offsetWidth))];
  const [left, top] = [grip.x + grip.width / 2, grip.y + grip.height / 2];
  const distance = ((whole - grip.width) * x) / (picture - piece);
  return Array.from({ length: 13 }, (_, n) => [left + (distance * n) / 12, top + (n % 3)]);
}

// grab puts the mouse on the handle and moves the piece to x. It is not let go.
export async function grab(visitor, x) {
  const [[left, top], ...rest] = await way(visitor, x);
  const { mouse } = visitor.page;
  await mouse.move(left, top);
  await mouse.down();
  for (const [x, y] of rest) await mouse.move(x, y);
}

// drag moves the piece to x with the mouse.
export async function drag(visitor, x) {
  await grab(visitor, x);
  await visitor.page.mouse.up();
}

// solve moves the piece of the Challenge into its gap, or beside it.
export const solve = async (visitor, challenge, mistake = 0) => drag(visitor, await gap(challenge, mistake));

// finger is one that touches the screen, as the browser gets it from the system.
export async function finger({ page }) {
  const session = await page.context().newCDPSession(page);
  const touch = (type, ...points) =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y]) => ({ x, y })) });
  return {
    down: (point) => touch('touchStart', point),
    move: (point) => touch('touchMove', point),
    up: () => touch('touchEnd'),
    cancel: () => touch('touchCancel'),
  };
}

// swipe moves the piece to x with a finger. It is lifted, or else what is said.
export async function swipe(visitor, x, end = 'up') {
  const [first, ...rest] = await way(visitor, x);
  const hand = await finger(visitor);
  await hand.down(first);
  for (const point of rest) await hand.move(point);
  await hand[end]();
}

// push moves the piece from its beginning to x by keys: wide steps, then narrow ones.
export async function push({ page }, x) {
  const step = 5;
  for (let n = 0; n < Math.floor(x / step); n++) await page.keyboard.press('ArrowRight');
  for (let n = 0; n < Math.round(x % step); n++) await page.keyboard.press('Shift+ArrowRight');
}

// place is how many percent of its way the piece has gone, on the screen.
export const place = ({ page }) =>
  page.evaluate(() => {
    const [strip, frame] = ['.captchad-piece', '.captchad-window'].map((part) => document.querySelector(part).getBoundingClientRect());
    return ((strip.left - frame.left) / (frame.width - strip.width)) * 100;
  });
