import { type Attributes, type Child, h } from './dom';

// Where one is: each view has a path, and links between them do not load a page anew.

export interface View {
  readonly title: string;
  readonly element: HTMLElement;
  update(): void; // shows how things are now
  leave?(): void;
}

// link goes to a path of the console's own.
export function link(path: string, attributes: Attributes = {}, ...children: Child[]): HTMLAnchorElement {
  return h('a', { href: path, ...attributes }, ...children);
}

// follow has the links of the console's own paths call go instead of loading a page.
export function follow(go: () => void): void {
  document.addEventListener('click', (event) => {
    const to = event.target instanceof Element ? event.target.closest('a') : null;
    if (
      !to ||
      event.defaultPrevented ||
      event.button ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    if (to.origin !== location.origin || !to.pathname.startsWith('/console/') || to.hash) return;
    event.preventDefault();
    if (to.href !== location.href) history.pushState(null, '', to.href);
    go();
  });
  addEventListener('popstate', go);
}
