/** isMobile tells whether this is a phone or a tablet, as far as the browser says. */
export const isMobile = (): boolean => /Mobi|Android|iPhone|iPad/i.test(navigator.userAgent);

/** select finds an element by a selector that a page has chosen, which may be none. */
export function select(selector: string): Element | null {
  try {
    return document.querySelector(selector);
  } catch {
    return null;
  }
}

/** later runs the page's code in a task of its own: what it throws is not swallowed by a promise. */
export const later = (act: () => void): void => {
  setTimeout(act, 0);
};
