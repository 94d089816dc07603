import { solution } from './captchad.mjs';

// drag pushes the piece of a puzzle by its handle to its place, or off it by a
// mistake. Handle and rail are locators; what is to be done before the piece is let go
// comes last.
export async function drag(page, { handle, rail, id, mistake = 0 }, beforeDrop = async () => {}) {
  const { x } = await solution(id);
  const grip = await handle.boundingBox();
  const { width } = await rail.boundingBox();
  const [left, top] = [grip.x + grip.width / 2, grip.y + grip.height / 2];
  // The picture is 310 wide, the piece 47.
  const way = ((width - grip.width) * (x > 150 ? x - mistake : x + mistake)) / (310 - 47);
  await page.mouse.move(left, top);
  await page.mouse.down();
  await page.mouse.move(left + way, top + 2, { steps: 12 });
  await beforeDrop();
  await page.mouse.up();
}
