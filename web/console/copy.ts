import { button } from './dom';
import { say } from './notice';

// copyButton copies a text that is asked for when it is pressed. What is named is for who cannot see what it is beside.
export function copyButton(what: string, text: () => string, label = 'Copy'): HTMLButtonElement {
  const made = button(label, () => void copy(), { class: 'copy', 'aria-label': `${label} ${what}` });

  async function copy(): Promise<void> {
    if (await toClipboard(text())) say(`Copied ${what}`);
    else say('The browser keeps the clipboard closed: use https or localhost', 'bad');
  }

  return made;
}

async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
