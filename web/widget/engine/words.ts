import { fill } from '../locales/fill';
import { picture } from './picture';
import type { Surroundings, View } from './puzzle';
import { Track } from './track';

/** How many pixels of the picture an arrow key moves the crosshair; with Shift it is 2. */
const step = 10;

/** wordsView shows a picture with characters or icons to be clicked in the order shown beside it. */
export async function wordsView(around: Surroundings): Promise<View> {
  const { picture: whole, piece } = around.challenge;
  const [background, order] = await Promise.all([picture(whole), picture(piece ?? whole)]);
  return new Words(around, background, order);
}

class Words implements View {
  readonly elements: HTMLElement[];
  readonly title: string;
  private readonly field: HTMLElement;
  private readonly crosshair: HTMLElement;
  private readonly confirm: HTMLButtonElement;
  private readonly track = new Track();
  private readonly width: number;
  private readonly height: number;
  /** Where the visitor has clicked, and the marks there. */
  private points: { x: number; y: number; mark: HTMLElement }[] = [];
  private aim: { x: number; y: number };
  private enabled = true;

  constructor(
    private readonly around: Surroundings,
    background: HTMLElement,
    order: HTMLElement,
  ) {
    const { parts, texts, challenge } = around;
    this.width = challenge.picture.width ?? 310;
    this.height = challenge.picture.height ?? 155;
    this.aim = { x: this.width / 2, y: this.height / 2 };
    this.title = texts.click;

    const words = challenge.words ?? [];
    const asked = { role: 'img', 'aria-label': words.join(' ') || texts.order };
    const strip = parts.make('div', 'order', 'ques_tips', asked, order);
    this.crosshair = parts.make('div', 'crosshair', '', { hidden: '', 'aria-hidden': true });
    const bg = parts.make('div', 'picture', 'bg', { role: 'presentation' }, background);
    this.field = parts.make(
      'div',
      'window captchad-words',
      'window',
      { role: 'application', tabindex: 0, 'aria-label': texts.clickHelp, dir: 'ltr' },
      bg,
      this.crosshair,
    );
    this.field.style.aspectRatio = `${this.width} / ${this.height}`;
    this.confirm = parts.make('button', 'confirm', 'submit', { type: 'button', disabled: '' }, texts.confirm);
    this.confirm.onclick = () => this.submit();
    const foot = around.confirms ? [parts.make('div', 'typing', '', {}, this.confirm)] : [];
    this.elements = [strip, this.field, ...foot];

    this.field.addEventListener('pointermove', (event) => this.note(event));
    this.field.addEventListener('click', (event) => this.click(event));
    this.field.addEventListener('keydown', (event) => this.press(event));
    this.field.addEventListener('blur', () => {
      this.crosshair.hidden = true;
    });
  }

  focus(): void {
    this.field.focus({ preventScroll: true });
  }

  enable(on: boolean): void {
    this.enabled = on;
    this.confirm.disabled = !on || !this.complete;
  }

  get busy(): boolean {
    return this.points.length > 0;
  }

  rest(): void {}

  destroy(): void {
    this.points = [];
  }

  private get complete(): boolean {
    return this.points.length >= (this.around.challenge.clicks ?? 1);
  }

  private click(event: MouseEvent): void {
    if (!this.enabled) return;
    this.crosshair.hidden = true;
    const marked = this.points.findIndex(({ mark }) => mark === event.target);
    if (marked >= 0) this.takeBack(marked);
    else this.put(this.at(event));
  }

  private press(event: KeyboardEvent): void {
    const by = event.shiftKey ? 2 : step;
    const moves: Record<string, [number, number]> = {
      ArrowRight: [by, 0],
      ArrowLeft: [-by, 0],
      ArrowDown: [0, by],
      ArrowUp: [0, -by],
    };
    const move = moves[event.key];
    const marks = event.key === 'Enter' || event.key === ' ';
    const takesBack = event.key === 'Backspace';
    if (!this.enabled || !(move || marks || takesBack)) return;
    event.preventDefault();
    if (move) this.aimAt(this.aim.x + move[0], this.aim.y + move[1]);
    else if (takesBack) this.takeBack(this.points.length - 1);
    else if (this.complete) this.submit();
    else this.put(this.aim);
  }

  private aimAt(x: number, y: number): void {
    this.aim = { x: Math.min(Math.max(x, 0), this.width), y: Math.min(Math.max(y, 0), this.height) };
    this.crosshair.hidden = false;
    this.place(this.crosshair, this.aim);
  }

  /** put marks a place with its number. */
  private put(point: { x: number; y: number }): void {
    if (this.complete) return;
    const n = this.points.length + 1;
    const mark = this.around.parts.make(
      'div',
      'mark',
      'mark_no',
      { 'aria-label': fill(this.around.texts.mark, n) },
      String(n),
    );
    this.place(mark, point);
    this.field.append(mark);
    this.points.push({ ...point, mark });
    this.track.note(point.x, point.y);
    this.confirm.disabled = !this.complete;
    if (this.complete && !this.around.confirms) this.submit();
  }

  /** takeBack takes a mark away, and those after it. */
  private takeBack(from: number): void {
    for (const { mark } of this.points.splice(Math.max(from, 0))) mark.remove();
    this.confirm.disabled = true;
  }

  private submit(): void {
    if (!this.complete || !this.enabled) return;
    const points = this.points.map(({ x, y }): [number, number] => [Math.round(x * 10) / 10, Math.round(y * 10) / 10]);
    this.around.submit({ points }, this.track.take());
  }

  private at(event: MouseEvent): { x: number; y: number } {
    const box = this.field.getBoundingClientRect();
    const scale = this.width / (box.width || this.width);
    return { x: (event.clientX - box.left) * scale, y: (event.clientY - box.top) * scale };
  }

  private place(element: HTMLElement, { x, y }: { x: number; y: number }): void {
    element.style.left = `${(x / this.width) * 100}%`;
    element.style.top = `${(y / this.height) * 100}%`;
  }

  private note(event: PointerEvent): void {
    const { x, y } = this.at(event);
    this.track.note(x, y);
  }
}
