import { setTimeout as pause } from 'node:timers/promises';

// until waits for something that a client does in its own time, and returns it.
export async function until(what, look, seconds = 20) {
  for (let left = seconds * 50; left > 0; left--) {
    const found = await look();
    if (found) return found;
    await pause(20);
  }
  throw new Error(`waited ${seconds} s for ${what}`);
}
