/** Names are a vendor's class names, beside our own. */
export interface Names {
  /** Of a part of the widget. */
  part(part: string): string[];
  /** Of how things stand. */
  state(state: string): string[];
}

type Attributes = Record<string, string | number | boolean>;

/**
 * Parts makes the elements of one widget. Each has our own class, which the styles are for, and those that
 * the vendor's users know.
 */
export class Parts {
  constructor(private readonly names: Names) {}

  /** make makes an element: our part's name, the vendor's names for it, attributes, children. */
  make<K extends keyof HTMLElementTagNameMap>(
    tag: K,
    part: string,
    vendorParts = '',
    attributes: Attributes = {},
    ...children: (Node | string)[]
  ): HTMLElementTagNameMap[K] {
    const element = document.createElement(tag);
    element.className = `captchad-${part}`;
    for (const name of vendorParts.split(' ')) if (name) element.classList.add(...this.names.part(name));
    for (const name in attributes) element.setAttribute(name, String(attributes[name]));
    element.append(...children);
    return element;
  }

  /** button makes a button that only an icon tells apart, for those who see it, and its label for all. */
  button(part: string, vendorParts: string, label: string, icon: string, act: () => void): HTMLButtonElement {
    const attributes = { type: 'button', 'aria-label': label, title: label };
    const button = this.make('button', `icon-button captchad-${part}`, vendorParts, attributes, drawing(icon));
    button.onclick = act;
    return button;
  }
}

/** icons are paths in a square of 24. */
export const icons = {
  arrow: 'M5 12h13M13 6.5l5.5 5.5-5.5 5.5',
  close: 'M6 6l12 12M18 6L6 18',
  refresh: 'M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 3.5v4.4h-4.4',
  audio: 'M4.5 14v-1a7.5 7.5 0 0 1 15 0v1M4.5 13.5h3v6h-3zM16.5 13.5h3v6h-3z',
  picture: 'M4 5.5h16v13H4zM4.5 16l4.5-4.5 4 4 2.5-2.5 4 4M15.2 9.2h.1',
  play: 'M8 5.5v13l10.5-6.5z',
  stop: 'M7 7h10v10H7z',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  cross: 'M7 7l10 10M17 7L7 17',
  shield: 'M12 3.5l7 2.7v5.3c0 4.3-2.9 7.4-7 9-4.1-1.6-7-4.7-7-9V6.2z',
};

/** drawing makes an icon that is not read out. */
export function drawing(path: string): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'captchad-drawing');
  svg.setAttribute('aria-hidden', 'true');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}
