import styles from './widget.css';

/** Theme is light, dark, or what the page around the widget is. */
export type Theme = 'light' | 'dark' | 'auto';

/**
 * addStyles gives the page our style sheet, once. It is a constructed one, which no CSP stands against;
 * browsers that have none get a <style>, and their pages' CSP has to allow it.
 */
export function addStyles(): void {
  const mark = Symbol.for('captchad.styles');
  const page = document as Document & { [mark]?: boolean };
  if (page[mark]) return;
  page[mark] = true;
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  } catch {
    const style = document.createElement('style');
    style.textContent = styles;
    document.head.append(style);
  }
}

/** isDark tells how the theme looks at a place of the page. */
export function isDark(theme: Theme, place: Element): boolean {
  if (theme !== 'auto') return theme === 'dark';
  // A page says with color-scheme which looks it has. One that says nothing is light, whatever the
  // visitor prefers elsewhere.
  const schemes = schemesAt(place);
  if (!schemes.includes('dark')) return false;
  return !schemes.includes('light') || !!window.matchMedia?.('(prefers-color-scheme: dark)').matches;
}

/** schemesAt are the looks that a style or, failing that, the page's meta element names. */
function schemesAt(place: Element): string {
  const styled = getComputedStyle(place).colorScheme;
  if (styled && styled !== 'normal') return styled;
  return document.querySelector<HTMLMetaElement>('meta[name="color-scheme"]')?.content ?? '';
}
