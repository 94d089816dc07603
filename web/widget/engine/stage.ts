import type { Parts } from './dom';

/** Stage is where the panel stands: on the page, beside the button, or above everything. */
export interface Stage {
  /** What is put on the page to have the stage there. */
  readonly element: HTMLElement;
  open(): void;
  close(): void;
  destroy(): void;
}

/** embedded has the panel on the page for good. */
export function embedded(parts: Parts, box: HTMLElement): Stage {
  const element = parts.make('div', 'embedded', 'box_wrap', {}, box);
  return { element, open: () => {}, close: () => {}, destroy: () => element.remove() };
}

/** floating has the panel below the button, or above it if there is room only there. */
export function floating(
  parts: Parts,
  box: HTMLElement,
  label: string,
  button: HTMLElement,
  dismiss: () => void,
): Stage {
  const element = parts.make('div', 'floating', 'box_wrap', { role: 'dialog', 'aria-label': label, hidden: '' }, box);
  const outside = (event: Event) => {
    const path = event.composedPath();
    if (!path.includes(element) && !path.includes(button)) dismiss();
  };
  const place = () => placeBeside(element, button);
  const appear = () => {
    place();
    element.scrollIntoView?.({ block: 'nearest' });
  };
  const grown = typeof ResizeObserver === 'function' ? new ResizeObserver(appear) : undefined;
  const listen = (on: boolean) => {
    const change = on ? 'addEventListener' : 'removeEventListener';
    document[change]('pointerdown', outside, true);
    window[change]('resize', place);
    if (on) grown?.observe(element);
    else grown?.disconnect();
  };
  return {
    element,
    open: () => {
      element.hidden = false;
      appear();
      listen(true);
    },
    close: () => {
      element.hidden = true;
      listen(false);
    },
    destroy: () => {
      listen(false);
      element.remove();
    },
  };
}

/** How many pixels are left free around a floating panel. */
const margin = 8;

function placeBeside(element: HTMLElement, button: HTMLElement): void {
  const width = document.documentElement.clientWidth;
  element.style.maxWidth = `${width - 2 * margin}px`;
  element.style.translate = '';
  element.classList.remove('captchad-above');
  const [panel, anchor] = [element.getBoundingClientRect(), button.getBoundingClientRect()];
  // Below there is always room: the page scrolls. Above it may end.
  const needed = panel.height + 2 * margin;
  element.classList.toggle('captchad-above', innerHeight - anchor.bottom < needed && anchor.top >= needed);
  const over = Math.max(panel.right - (width - margin), 0);
  const under = Math.max(margin - (panel.left - over), 0);
  element.style.translate = `${under - over}px 0`;
}

/** Mask is how a popup covers the page. */
export interface Mask {
  /** Whether a click beside the panel closes it. */
  outside: boolean;
  color: string;
}

/**
 * popup has the panel above everything, with the rest of the page out of reach. It is a modal <dialog>, so
 * it also comes above an app's own one, and gives the focus back where it was.
 */
export function popup(
  parts: Parts,
  box: HTMLElement,
  label: string,
  mask: Mask,
  vendorParts: string,
  dismiss: () => void,
): Stage {
  const ghost = parts.make('div', 'ghost', 'popup_ghost');
  ghost.style.background = mask.color;
  const holder = parts.make('div', 'popup-box', 'box_wrap', {}, box);
  const element = parts.make('dialog', 'popup', vendorParts, { 'aria-label': label }, ghost, holder);
  ghost.onclick = () => {
    if (mask.outside) dismiss();
  };
  element.oncancel = (event) => {
    event.preventDefault(); // Escape: we close it ourselves
    dismiss();
  };
  element.onkeydown = (event) => {
    if (event.key === 'Tab') keepInside(event, holder); // to return false would undo all other keys
  };
  return {
    element,
    open: () => {
      if (element.open) return;
      if (element.showModal) element.showModal();
      else element.setAttribute('open', ''); // jsdom has no modal dialogs
    },
    close: () => {
      if (element.close) element.close();
      else element.removeAttribute('open');
    },
    destroy: () => element.remove(),
  };
}

// A modal dialog lets Tab out to the browser's own buttons. People expect it to go round.
function keepInside(event: KeyboardEvent, holder: HTMLElement): void {
  const stops = [...holder.querySelectorAll<HTMLElement>('button, input, [tabindex]')].filter(
    (element) => !element.closest('[hidden]') && !(element as HTMLButtonElement).disabled,
  );
  const [first, last] = [stops[0], stops[stops.length - 1]];
  if (!first || !last || document.activeElement !== (event.shiftKey ? first : last)) return;
  event.preventDefault();
  (event.shiftKey ? last : first).focus();
}
