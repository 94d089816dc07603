import { type Challenge, type Entry, pictureOf, type Solution } from './api';
import { h, replace, s } from './dom';
import { Replay } from './replay';
import { rounded } from './words';

// Stage shows a Challenge's picture: with the piece where it belongs or where it was put, what is right and what was
// given, and how the pointer went.
export class Stage {
  readonly element = h('div', { class: 'stage' });
  private readonly solutionSwitch: HTMLInputElement;
  private drawing?: Drawing;
  private attempt?: Entry;
  private replay?: Replay;

  constructor(private readonly challenge: Challenge) {
    this.solutionSwitch = h('input', { type: 'checkbox', checked: true, change: () => this.mark() });
    void this.load();
  }

  // show turns to an answer; none: to how it would be right.
  show(attempt: Entry | undefined): void {
    if (attempt?.seq === this.attempt?.seq && this.drawing) return;
    this.attempt = attempt;
    if (this.drawing) this.arrange();
  }

  // stop ends what moves.
  stop(): void {
    this.replay?.stop();
  }

  private async load(): Promise<void> {
    const { id, kind, solution } = this.challenge;
    if (kind === 'audio') {
      const sound = h('audio', { controls: true, preload: 'none', src: pictureOf(id, 'picture') });
      replace(this.element, sound, h('p', { class: 'typed' }, 'It says ', h('b', {}, solution.text ?? '')));
      return;
    }
    try {
      const picture = await loaded(pictureOf(id, 'picture'));
      const strip = kind === 'slider' ? await loaded(pictureOf(id, 'strip')) : undefined;
      this.drawing = new Drawing(this.challenge, picture, strip);
      this.arrange();
    } catch {
      replace(this.element, h('p', { class: 'quiet' }, 'The picture cannot be drawn any more.'));
    }
  }

  private arrange(): void {
    const { drawing, attempt } = this;
    if (!drawing) return;
    this.replay?.stop();
    this.replay = attempt?.track?.length ? new Replay(attempt.track, drawing, attempt.answer) : undefined;
    replace(
      this.element,
      drawing.svg,
      h(
        'div',
        { class: 'stage-bar' },
        h('label', { class: 'switch' }, this.solutionSwitch, 'Show the solution'),
        this.replay?.element,
      ),
      this.replay?.line,
    );
    this.mark();
  }

  private mark(): void {
    this.drawing?.mark(this.attempt?.answer, this.solutionSwitch.checked);
  }
}

function loaded(src: string): Promise<HTMLImageElement> {
  return new Promise((done, failed) => {
    const image = new Image();
    image.onload = () => done(image);
    image.onerror = () => failed(new Error(`no picture at ${src}`));
    image.src = src;
  });
}

// Drawing is the picture with its marks, in pixels of the picture.
export class Drawing {
  readonly svg: SVGSVGElement;
  readonly width: number;
  readonly height: number;
  readonly piece?: SVGImageElement;
  readonly above = s('g'); // for what is drawn over all else
  private readonly pieceWidth: number;
  private readonly marks = s('g');

  constructor(
    private readonly challenge: Challenge,
    picture: HTMLImageElement,
    strip?: HTMLImageElement,
  ) {
    this.width = picture.naturalWidth;
    this.height = picture.naturalHeight;
    this.pieceWidth = strip?.naturalWidth ?? 0;
    if (strip)
      this.piece = s('image', {
        href: strip.src,
        width: strip.naturalWidth,
        height: strip.naturalHeight,
        'data-piece': true,
      });
    this.svg = s(
      'svg',
      { viewBox: `0 0 ${this.width} ${this.height}`, class: 'picture', role: 'img', 'data-kind': challenge.kind },
      s('image', { href: picture.src, width: this.width, height: this.height }),
      this.piece,
      this.marks,
      this.above,
    );
  }

  // place puts the piece.
  place(x: number): void {
    this.piece?.setAttribute('x', rounded(x));
  }

  // mark shows what is right and what was given. The piece is where it was put, or else where it belongs.
  mark(given: Solution | undefined, showsSolution: boolean): void {
    const { solution, kind } = this.challenge;
    if (kind === 'slider') this.place(given?.x ?? (showsSolution ? (solution.x ?? 0) : 0));
    replace(this.marks, given && this.drawn(given, 'given'), showsSolution && this.drawn(solution, 'right'));
    this.svg.setAttribute('aria-label', this.described(given, showsSolution));
  }

  private drawn(answer: Solution, which: 'given' | 'right'): SVGGElement {
    const group = s('g', { class: `mark ${which}` });
    if (answer.x !== undefined) group.append(...this.column(answer.x, which));
    for (const [i, [x, y]] of (answer.points ?? []).entries()) {
      const plate = [within(x + 12, this.width), within(y - 12, this.height)] as const;
      group.append(
        s('circle', { class: 'ring', cx: x, cy: y, r: 16 }),
        s('circle', { class: 'plate', cx: plate[0], cy: plate[1], r: plateRadius }),
        s('text', { x: plate[0], y: plate[1] + 4 }, i + 1),
      );
    }
    return group;
  }

  // column is where a piece of a slider is.
  private column(x: number, which: 'given' | 'right'): SVGElement[] {
    const middle = Math.min(Math.max(x + this.pieceWidth / 2, 16), this.width - 16);
    const y = which === 'right' ? 9.5 : this.height - 9.5;
    return [
      s('rect', { x: x + 0.5, y: 0.5, width: this.pieceWidth - 1, height: this.height - 1 }),
      s('rect', { class: 'plate', x: middle - 15, y: y - 7.5, width: 30, height: 15, rx: 4 }),
      s('text', { x: middle, y: y + 4 }, Math.round(x)),
    ];
  }

  private described(given: Solution | undefined, showsSolution: boolean): string {
    const right = showsSolution && `right is ${inWords(this.challenge.solution)}`;
    const answered = given && `given was ${inWords(given)}`;
    return [`Picture of the ${this.challenge.kind}`, right, answered].filter(Boolean).join(', ');
  }
}

const plateRadius = 7.5; // of a click's number

// within is the place of a plate's middle, such that the picture's edge cuts nothing off.
const within = (at: number, length: number): number =>
  Math.min(Math.max(at, plateRadius + 1), length - plateRadius - 1);

// inWords is an answer as text.
export function inWords(answer: Solution): string {
  if (answer.x !== undefined) return `x = ${rounded(answer.x)}`;
  if (answer.points) return answer.points.map(([x, y]) => `(${rounded(x)}, ${rounded(y)})`).join(' ');
  return answer.text ? `“${answer.text}”` : 'nothing';
}
