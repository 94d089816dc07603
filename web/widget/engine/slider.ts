import { fill } from '../locales/fill';
import { drawing, icons } from './dom';
import { picture } from './picture';
import type { Surroundings, View } from './puzzle';
import { Track } from './track';

/** How many pixels of the picture an arrow key moves the piece; with Shift it is 1. */
const step = 5;

/** sliderView shows a picture and a piece that is pushed sideways into its hole. */
export async function sliderView(around: Surroundings): Promise<View> {
  const { picture: whole, piece } = around.challenge;
  const [background, strip] = await Promise.all([picture(whole), picture(piece ?? whole)]);
  return new Slider(around, background, strip);
}

class Slider implements View {
  readonly elements: HTMLElement[];
  readonly title: string;
  private readonly frame: HTMLElement;
  private readonly strip: HTMLElement;
  private readonly rail: HTMLElement;
  private readonly filled: HTMLElement;
  private readonly handle: HTMLElement;
  private readonly track = new Track();
  /** The size of the picture, and how far the piece goes, in pixels of the picture. */
  private readonly width: number;
  private readonly height: number;
  private readonly end: number;
  /** Where the piece is. */
  private x = 0;
  private enabled = true;
  /** Where a drag began, if one goes on. */
  private drag?: { pointer: number; from: number; x: number };

  constructor(
    private readonly around: Surroundings,
    background: HTMLElement,
    strip: HTMLElement,
  ) {
    const { parts, texts, challenge } = around;
    this.width = challenge.picture.width ?? 310;
    this.height = challenge.picture.height ?? 155;
    const stripWidth = challenge.piece?.width ?? 47;
    this.end = this.width - stripWidth;
    this.title = texts.slide;

    const bg = parts.make('div', 'picture', 'bg', { role: 'img', 'aria-label': texts.sliderPicture }, background);
    this.strip = parts.make(
      'div',
      'piece',
      'slice',
      { 'aria-hidden': true },
      parts.make('div', 'piece-picture', 'slice_bg', {}, strip),
    );
    this.strip.style.width = `${(stripWidth / this.width) * 100}%`;
    this.frame = parts.make('div', 'window', 'window', { dir: 'ltr' }, bg, this.strip);
    this.frame.style.aspectRatio = `${this.width} / ${this.height}`;

    this.filled = parts.make('div', 'filled', 'track');
    this.handle = parts.make(
      'div',
      'handle',
      'btn',
      {
        role: 'slider',
        tabindex: 0,
        'aria-label': `${texts.slider}. ${texts.sliderHelp}`,
        'aria-valuemin': 0,
        'aria-valuemax': 100,
      },
      parts.make('div', 'arrow', 'arrow', {}, drawing(icons.arrow)),
    );
    this.rail = parts.make('div', 'slider', 'slider', { dir: 'ltr' }, this.filled, this.handle);
    this.elements = [this.frame, this.rail];

    for (const grip of [this.handle, this.strip]) this.listenTo(grip);
    this.handle.addEventListener('keydown', (event) => this.press(event));
    this.moveTo(0);
  }

  focus(): void {
    this.handle.focus({ preventScroll: true });
  }

  enable(on: boolean): void {
    this.enabled = on;
    this.handle.setAttribute('aria-disabled', String(!on));
  }

  get busy(): boolean {
    return this.x > 0;
  }

  rest(): void {}

  destroy(): void {
    this.drag = undefined;
  }

  private listenTo(grip: HTMLElement): void {
    grip.addEventListener('pointerdown', (event) => this.grab(event, grip));
    grip.addEventListener('pointermove', (event) => this.pull(event));
    grip.addEventListener('pointerup', (event) => this.drop(event));
    grip.addEventListener('pointercancel', (event) => this.cancel(event));
  }

  private grab(event: PointerEvent, grip: HTMLElement): void {
    if (!this.enabled || this.drag || event.button > 0) return;
    event.preventDefault(); // no text is selected, no picture dragged away
    this.handle.focus({ preventScroll: true });
    capture(grip, event.pointerId);
    // One that has been moved by keys goes on from there.
    this.drag = { pointer: event.pointerId, from: event.clientX, x: this.x };
    this.rail.classList.add('captchad-dragging');
    this.note(event);
  }

  private pull(event: PointerEvent): void {
    if (this.drag?.pointer !== event.pointerId) return;
    this.moveTo(this.drag.x + (event.clientX - this.drag.from) * this.pace());
    this.note(event);
  }

  private drop(event: PointerEvent): void {
    if (this.drag?.pointer !== event.pointerId) return;
    this.pull(event);
    const moved = Math.abs(this.x - this.drag.x);
    this.letGo();
    if (moved >= 1) this.submit(); // who only touches it has not answered
  }

  private cancel(event: PointerEvent): void {
    if (this.drag?.pointer !== event.pointerId) return;
    this.moveTo(this.drag.x);
    this.letGo();
    this.track.clear();
  }

  private letGo(): void {
    this.drag = undefined;
    this.rail.classList.remove('captchad-dragging');
  }

  private press(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return; // the browser's own
    const by = event.shiftKey ? 1 : step;
    const targets: Record<string, number> = {
      ArrowRight: this.x + by,
      ArrowUp: this.x + by,
      ArrowLeft: this.x - by,
      ArrowDown: this.x - by,
      Home: 0,
      End: this.end,
    };
    const submits = event.key === 'Enter' || event.key === ' ';
    const target = targets[event.key];
    if (!this.enabled || (target === undefined && !submits)) return;
    event.preventDefault();
    // The Enter that opened the panel may still be down. Who has not moved it has not answered.
    if (submits) return event.repeat || !this.x ? undefined : this.submit();
    this.moveTo(target as number);
    this.track.note(this.x, this.height / 2);
  }

  private submit(): void {
    this.around.submit({ x: Math.round(this.x * 10) / 10 }, this.track.take());
  }

  /** moveTo puts the piece at x, or as near to it as it can be. */
  private moveTo(x: number): void {
    this.x = Math.min(Math.max(x, 0), this.end);
    const share = this.x / this.end;
    const percent = Math.round(share * 100);
    this.strip.style.left = `${(this.x / this.width) * 100}%`;
    // Where the handle is, the style sheet works out from its own width.
    this.rail.style.setProperty('--captchad-share', String(share));
    this.handle.setAttribute('aria-valuenow', String(percent));
    this.handle.setAttribute('aria-valuetext', fill(this.around.texts.position, percent));
  }

  /** pace is how many pixels of the picture the piece goes when the pointer goes one on the screen. */
  private pace(): number {
    const way = this.rail.clientWidth - this.handle.offsetWidth;
    const zoom = this.rail.getBoundingClientRect().width / (this.rail.offsetWidth || 1);
    return way > 0 && zoom > 0 ? this.end / (way * zoom) : 1;
  }

  private note(event: PointerEvent): void {
    const box = this.frame.getBoundingClientRect();
    this.track.note(this.x, ((event.clientY - box.top) * this.width) / (box.width || this.width));
  }
}

/** capture has the pointer's events come here wherever it goes. One that a script makes up cannot be captured. */
function capture(grip: HTMLElement, pointer: number): void {
  try {
    grip.setPointerCapture(pointer);
  } catch {
    // its events come here by themselves
  }
}
