import type { Move } from './server';

/** The most moves that are kept: enough to see how a hand went, and small enough to send. */
const most = 300;

/** Track notes how the pointer goes. When it is full it forgets every second move, but never the last. */
export class Track {
  private moves: Move[] = [];
  private last?: Move;
  private start = 0;
  private every = 1;
  private seen = 0;

  /** note takes a place in pixels of the picture. */
  note(x: number, y: number): void {
    const now = performance.now();
    if (!this.moves.length) this.start = now;
    this.last = [Math.round(now - this.start), rounded(x), rounded(y)];
    if (this.seen++ % this.every) return;
    this.moves.push(this.last);
    if (this.moves.length >= most) {
      this.moves = this.moves.filter((_, i) => i % 2 === 0);
      this.every *= 2;
    }
  }

  /** take hands out the moves, and begins anew. */
  take(): Move[] {
    const { moves, last } = this;
    this.clear();
    return last && last !== moves[moves.length - 1] ? [...moves, last] : moves;
  }

  clear(): void {
    this.moves = [];
    this.last = undefined;
    this.every = 1;
    this.seen = 0;
  }
}

const rounded = (n: number): number => Math.round(n * 10) / 10;
