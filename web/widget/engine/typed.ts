import { drawing, icons, type Parts } from './dom';
import { picture } from './picture';
import type { Surroundings, View } from './puzzle';
import { Sound } from './sound';

/** textView shows a picture of characters to type. */
export async function textView(around: Surroundings): Promise<View> {
  const { parts, texts, challenge } = around;
  const shown = await picture(challenge.picture);
  const label = { role: 'img', 'aria-label': texts.textPicture };
  const frame = parts.make(
    'div',
    'window captchad-text',
    'window',
    {},
    parts.make('div', 'picture', 'bg', label, shown),
  );
  return typed(around, texts.type, frame, 'text');
}

/** audioView plays digits to type. */
export async function audioView(around: Surroundings): Promise<View> {
  const { parts, texts, challenge } = around;
  const label = document.createTextNode(texts.play);
  const icon = parts.make('span', 'play-icon', '', {}, drawing(icons.play));
  const button = parts.make('button', 'play', 'voice', { type: 'button' }, icon, label);
  const sound = new Sound(challenge.picture, (playing) => {
    label.data = playing ? texts.stop : texts.play;
    icon.replaceChildren(drawing(playing ? icons.stop : icons.play));
  });
  button.onclick = () => void sound.toggle();
  const frame = parts.make('div', 'window captchad-recording', 'window', {}, button);
  const view = typed(around, texts.listen, frame, 'numeric');
  return {
    ...view,
    focus: () => button.focus({ preventScroll: true }),
    rest: () => sound.stop(),
    destroy: () => sound.close(),
  };
}

/** typed is a View whose Answer is typed below what is shown. */
function typed(around: Surroundings, title: string, shown: HTMLElement, inputMode: string): View {
  const { parts, texts } = around;
  const input = field(parts, `${texts.answer}. ${title}`, inputMode);
  const confirm = parts.make('button', 'confirm', 'submit', { type: 'button' }, texts.confirm);
  // No <form>: the widget may stand in one, and forms do not nest. Enter must not send the app's.
  const submit = () => {
    const text = input.value.trim();
    if (text && !input.readOnly) around.submit({ text }, []);
  };
  confirm.onclick = submit;
  input.onkeydown = (event) => {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault();
    submit();
  };
  return {
    elements: [shown, parts.make('div', 'typing', 'typing', {}, input, confirm)],
    title,
    focus: () => input.focus({ preventScroll: true }),
    enable: (on) => {
      input.readOnly = !on; // not disabled: that would take the focus away
    },
    get busy() {
      return input.value !== '';
    },
    rest: () => {},
    destroy: () => {},
  };
}

function field(parts: Parts, label: string, inputMode: string): HTMLInputElement {
  return parts.make('input', 'input', 'input', {
    type: 'text',
    'aria-label': label,
    inputmode: inputMode,
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: false,
    maxlength: 16,
    dir: 'ltr',
  });
}
