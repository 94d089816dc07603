import { drawing, icons, type Parts } from './dom';

/** Look is what the start button shows. */
export type Look = 'busy' | 'ready' | 'open' | 'good' | 'bad';

const drawings: Partial<Record<Look, string>> = { good: icons.check, bad: icons.refresh };

/** StartButton is what the visitor clicks first. Its text tells how things stand. */
export class StartButton {
  readonly element: HTMLButtonElement;
  private readonly icon: HTMLElement;
  private readonly tip: HTMLElement;

  constructor(parts: Parts, size: { width?: string; height?: string }, press: () => void) {
    this.icon = parts.make('span', 'button-icon', 'radar');
    this.tip = parts.make('span', 'tip', 'tip', { 'aria-live': 'polite' });
    const content = parts.make('span', 'content', 'content', {}, this.icon, this.tip);
    this.element = parts.make('button', 'start', 'btn_click', { type: 'button', 'aria-haspopup': 'dialog' }, content);
    // Important, as the standard size is in the style sheet.
    if (size.width) this.element.style.setProperty('width', size.width, 'important');
    if (size.height) this.element.style.setProperty('height', size.height, 'important');
    this.element.onclick = press;
    this.expand(false);
  }

  show(look: Look, text: string): void {
    this.element.dataset.look = look;
    this.icon.replaceChildren(drawing(drawings[look] ?? icons.shield));
    if (this.tip.textContent !== text) this.tip.textContent = text;
  }

  /** expand tells whether the panel is open. */
  expand(open: boolean): void {
    this.element.setAttribute('aria-expanded', String(open));
  }
}
