// Elements, made without a parser: what an app sent can never become markup here.

export type Child = Node | string | number | null | undefined | false;

type Value = string | number | boolean | null | undefined | ((event: Event) => void);

// Attributes are set as they are; false, null and undefined leave one out, and a function listens to the event of
// that name.
export type Attributes = Record<string, Value>;

// h makes an HTML element.
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), attributes, children);
}

// s makes an SVG element.
export function s<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function fill<E extends Element>(element: E, attributes: Attributes, children: Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...present(children));
  return element;
}

// present are the children that there are.
export function present(children: Child[]): (Node | string)[] {
  const isThere = (child: Child): child is Node | string | number =>
    child !== null && child !== undefined && child !== false;
  return children.filter(isThere).map((child) => (typeof child === 'number' ? String(child) : child));
}

export const replace = (place: Element, ...children: Child[]): void => place.replaceChildren(...present(children));

// button makes one that does something.
export function button(text: string, act: () => void, attributes: Attributes = {}): HTMLButtonElement {
  return h('button', { type: 'button', click: () => act(), ...attributes }, text);
}

let fields = 0;

// field is something to fill in, with its label.
export function field(label: string, control: HTMLElement, hint = ''): HTMLElement {
  control.id = `field-${++fields}`;
  if (hint) control.setAttribute('aria-describedby', `${control.id}-hint`);
  return h(
    'div',
    { class: 'field' },
    h('label', { for: control.id }, label),
    control,
    hint && h('small', { id: `${control.id}-hint` }, hint),
  );
}

// options fills a list to choose from, and keeps what was chosen if it is there still.
export function options(select: HTMLSelectElement, choices: { value: string; text: string }[]): void {
  const chosen = select.value;
  const made = choices.map(({ value, text }) => h('option', { value }, text));
  select.replaceChildren(...made);
  if (choices.some(({ value }) => value === chosen)) select.value = chosen;
}
