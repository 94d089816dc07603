import { ask } from './api';
import { now } from './clock';
import { copyButton } from './copy';
import { button, h, replace } from './dom';
import { attempt, say } from './notice';
import type { View } from './route';
import { ago } from './words';

interface Message {
  site: string;
  channel: string;
  to: string;
  type: string;
  code: string;
  sent_at: string;
}

// Outbox is what would have been sent to phones and mailboxes.
export class Outbox implements View {
  readonly title = 'Outbox';
  readonly element: HTMLElement;
  private readonly list = h('ul', { class: 'messages' });
  private readonly empty = h(
    'p',
    { class: 'empty', hidden: true },
    'No code was sent yet. OneAccess sends one when a pass is redeemed by sms/send or email/send.',
  );
  private readonly timer = setInterval(() => void this.load(), 2000);
  private drawn = '';

  constructor() {
    this.element = h(
      'div',
      { class: 'page' },
      h(
        'div',
        { class: 'page-head' },
        h('h1', { tabindex: -1 }, 'Outbox'),
        button('Empty', () => void this.clear(), { 'aria-label': 'Empty the outbox' }),
      ),
      h(
        'p',
        { class: 'lead' },
        'Codes that a vendor would have sent by SMS or email. The mock sends nothing: it keeps them here.',
      ),
      this.list,
      this.empty,
    );
  }

  update(): void {
    void this.load();
  }

  leave(): void {
    clearInterval(this.timer);
  }

  private async load(): Promise<void> {
    const { messages } = await ask<{ messages: Message[] }>('GET', '/outbox').catch(() => ({ messages: undefined }));
    if (!messages) return;
    for (const time of this.list.querySelectorAll('time')) time.textContent = ago(now() - Date.parse(time.dateTime));
    const text = JSON.stringify(messages);
    if (text === this.drawn) return;
    this.drawn = text;
    this.empty.hidden = messages.length > 0;
    replace(this.list, ...messages.map(shown));
  }

  private clear(): Promise<void> {
    return attempt(async () => {
      await ask('DELETE', '/outbox');
      say('The outbox is empty');
      await this.load();
    });
  }
}

const shown = (message: Message): HTMLElement =>
  h(
    'li',
    { class: 'message' },
    h(
      'span',
      { class: 'copied' },
      h('code', { class: 'code' }, message.code),
      copyButton(`the code ${message.code}`, () => message.code),
    ),
    h('span', {}, h('b', {}, message.to), ' ', h('span', { class: 'quiet' }, `${message.channel} · ${message.type}`)),
    h('code', { class: 'quiet' }, message.site),
    h('time', { datetime: message.sent_at }, ago(now() - Date.parse(message.sent_at))),
  );
