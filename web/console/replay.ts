import type { Solution } from './api';
import { button, h, replace, s } from './dom';
import type { Drawing } from './stage';
import { rounded } from './words';

type Track = [number, number, number][];

// Replay shows how the pointer went. Nothing moves by itself: it is started by a button, or drawn along a line by hand.
// Who wants less motion gets the end at once, and the line.
export class Replay {
  readonly element: HTMLElement; // what starts it
  readonly line: HTMLElement; // along which it goes
  private readonly length: number; // milliseconds
  private readonly play = button('▶ Replay', () => this.toggle(), { class: 'play' });
  private readonly speed = h('select', { 'aria-label': 'Speed of the replay' });
  private readonly slider: HTMLInputElement;
  private readonly time = h('output', { class: 'time' });
  private readonly trail = s('polyline', { class: 'trail' });
  private readonly dots = s('g', { class: 'dots' });
  private readonly pointer = s('circle', { class: 'pointer', r: 5 });
  private frame = 0;
  private at = 0;

  constructor(
    private readonly track: Track,
    private readonly drawing: Drawing,
    private readonly answer: Solution | undefined,
  ) {
    this.length = Math.max(track.at(-1)?.[2] ?? 0, 1);
    for (const times of [0.25, 0.5, 1, 2])
      this.speed.append(h('option', { value: times, selected: times === 1 }, `${times}×`));
    this.slider = h('input', {
      type: 'range',
      min: 0,
      max: this.length,
      value: this.length,
      'aria-label': 'Time of the track, in milliseconds',
      input: () => {
        this.stop();
        this.show(Number(this.slider.value));
      },
    });
    this.element = h('div', { class: 'replay', role: 'group', 'aria-label': 'Replay' }, this.play, this.speed);
    this.line = h('div', { class: 'replay-line' }, this.slider, this.time);
    replace(drawing.above, this.trail, this.dots, this.pointer);
    this.show(this.length);
  }

  private toggle(): void {
    if (this.frame) return this.stop();
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return this.show(this.length);
    this.run();
  }

  private run(): void {
    const from = this.at >= this.length ? 0 : this.at;
    const begun = performance.now();
    this.play.textContent = '❚❚ Pause';
    const step = (now: number): void => {
      const at = from + Math.max(now - begun, 0) * Number(this.speed.value);
      this.show(Math.min(at, this.length));
      if (at < this.length && this.play.isConnected) this.frame = requestAnimationFrame(step);
      else this.stop();
    };
    this.frame = requestAnimationFrame(step);
  }

  stop(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.play.textContent = '▶ Replay';
  }

  // show is how it was at that time.
  private show(at: number): void {
    this.at = at;
    const gone = this.track.filter(([, , ms]) => ms <= at);
    const [x, y] = this.between(at);
    const offset = this.pieceOffset();
    const spot = (px: number, py: number) => `${rounded(px + offset)},${rounded(py)}`;
    this.trail.setAttribute('points', [...gone.map(([px, py]) => spot(px, py)), spot(x, y)].join(' '));
    replace(this.dots, ...gone.map(([px, py]) => s('circle', { cx: px + offset, cy: py, r: 1.4 })));
    this.pointer.setAttribute('cx', rounded(x + offset));
    this.pointer.setAttribute('cy', rounded(y));
    if (this.drawing.piece) this.drawing.place(x + this.drift());
    this.slider.value = String(Math.round(at));
    this.time.textContent = `${(at / 1000).toFixed(2)} of ${(this.length / 1000).toFixed(2)} s`;
  }

  // between is where the pointer was, between two places that are known.
  private between(at: number): [number, number] {
    const after = this.track.findIndex(([, , ms]) => ms > at);
    const next = this.track.at(after);
    const last = this.track.at(after < 0 ? -1 : Math.max(after - 1, 0));
    if (!next || !last) return [0, 0];
    const part = next[2] > last[2] && after > 0 ? (at - last[2]) / (next[2] - last[2]) : 0;
    return [last[0] + (next[0] - last[0]) * part, last[1] + (next[1] - last[1]) * part];
  }

  // A slider's track is that of the piece, whose middle is under the pointer.
  private pieceOffset(): number {
    return this.drawing.piece ? this.drawing.piece.width.baseVal.value / 2 + this.drift() : 0;
  }

  // drift is how far the end of the track is from what was sent, with clients that count from elsewhere.
  private drift(): number {
    return this.answer?.x === undefined ? 0 : this.answer.x - (this.track.at(-1)?.[0] ?? 0);
  }
}
