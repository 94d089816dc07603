import type { Texts } from '../locales/texts';
import { icons, type Parts } from './dom';
import type { View } from './puzzle';
import type { Challenge } from './server';
import { canPlay } from './sound';

/** Tone is how a message is meant. */
export type Tone = 'busy' | 'good' | 'bad';

/** What the visitor may do beside answering. */
export interface Actions {
  close(): void;
  refresh(): void;
  /** switchKind asks for a recording instead of a picture, or the other way round. */
  switchKind(): void;
}

/** Box is the panel in which puzzles are shown: a title, the puzzle, a message over it, buttons below. */
export class Box {
  readonly element: HTMLElement;
  private readonly title: HTMLElement;
  private readonly content: HTMLElement;
  private readonly message: HTMLElement;
  private readonly refresh: HTMLButtonElement;
  private readonly toAudio: HTMLButtonElement;
  private readonly toPicture: HTMLButtonElement;
  private view?: View;
  /** Whether the keyboard is to be in the panel as soon as there is a puzzle. */
  private awaited = false;

  constructor(
    private readonly parts: Parts,
    texts: Texts,
    rightToLeft: boolean,
    hidden: ReadonlySet<string>,
    actions: Actions,
  ) {
    this.title = parts.make('div', 'title', 'text_tips');
    this.content = parts.make('div', 'puzzle', '');
    this.message = parts.make('div', 'message', 'result_tips', { role: 'status', 'aria-live': 'polite' });
    const close = parts.button('close', 'close', texts.close, icons.close, actions.close);
    this.refresh = parts.button('refresh', 'refresh', texts.refresh, icons.refresh, actions.refresh);
    this.toAudio = parts.button('to-audio', 'to_audio', texts.toAudio, icons.audio, actions.switchKind);
    this.toPicture = parts.button('to-picture', 'to_picture', texts.toPicture, icons.picture, actions.switchKind);
    close.hidden = hidden.has('close');
    this.refresh.hidden = hidden.has('refresh');
    this.toAudio.hidden = this.toPicture.hidden = true;

    const head = parts.make('div', 'head', 'title', {}, this.title, close);
    const body = parts.make('div', 'body', '', {}, this.content, this.message);
    const foot = parts.make('div', 'foot', 'box_btn bar', {}, this.refresh, this.toAudio, this.toPicture);
    this.element = parts.make('div', 'box', 'box', { dir: rightToLeft ? 'rtl' : 'ltr' }, head, body, foot);
  }

  /** show puts a new puzzle into the panel. The keyboard stays in the panel if it was there. */
  show(view: View, challenge: Challenge): void {
    const focused = this.awaited || this.element.contains(document.activeElement);
    this.awaited = false;
    this.view?.destroy();
    this.view = view;
    this.element.dataset.kind = challenge.kind;
    this.title.textContent = view.title;
    this.content.replaceChildren(...view.elements);
    const audible = challenge.kinds.includes('audio') && canPlay();
    this.toAudio.hidden = !audible || challenge.kind === 'audio';
    this.toPicture.hidden = challenge.kind !== 'audio' || challenge.kinds.length < 2;
    this.say('');
    if (focused) view.focus();
  }

  /** clear takes the puzzle away, for when none is to be solved. */
  clear(title: string): void {
    this.awaited = false;
    this.view?.destroy();
    this.view = undefined;
    delete this.element.dataset.kind;
    this.title.textContent = title;
    this.content.replaceChildren();
    this.toAudio.hidden = this.toPicture.hidden = true;
    this.say('');
  }

  /**
   * say shows a message, and reads it out. While there is one nothing can be answered. One that comes with a
   * way to go on is itself what the visitor clicks, instead of what it covers.
   */
  say(text: string, tone: Tone = 'busy', goOn?: () => void): void {
    const again = goOn && this.again(text, goOn);
    const focused = this.content.contains(document.activeElement);
    this.message.replaceChildren(again ?? text);
    this.content.inert = !!again;
    if (focused) again?.focus({ preventScroll: true });
    this.message.dataset.tone = text && tone;
    this.view?.enable(!text);
    if (text) this.view?.rest();
  }

  focus(): void {
    this.awaited = !this.view;
    this.view?.focus();
  }

  /** Whether the visitor has begun to answer. */
  get busy(): boolean {
    return !!this.view?.busy;
  }

  /** rest stops what is heard. */
  rest(): void {
    this.view?.rest();
  }

  private again(text: string, goOn: () => void): HTMLElement {
    const button = this.parts.make('button', 'again', 'again', { type: 'button' }, text);
    button.onclick = () => {
      this.content.inert = false;
      this.focus(); // the button goes
      goOn();
    };
    return button;
  }

  destroy(): void {
    this.view?.destroy();
    this.element.remove();
  }
}
