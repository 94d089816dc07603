import type { Entry } from './api';
import { copyButton } from './copy';
import { h } from './dom';
import { verdictOn } from './stories';
import { timeOfDay } from './words';

// exchange shows one request and its reply. It is open where it is asked for.
export function exchange(entry: Entry, open: boolean): HTMLDetailsElement {
  const verdict = verdictOn(entry);
  return h(
    'details',
    { class: 'exchange', open, 'data-seq': entry.seq },
    h(
      'summary',
      {},
      h('span', { class: 'mood', 'data-mood': verdict.mood }, verdict.text),
      h('code', { class: 'line' }, h('b', {}, entry.method), ` ${entry.path}`),
      h('span', { class: 'status' }, entry.status || 'no answer'),
      h('time', { datetime: entry.at }, timeOfDay(entry.at)),
    ),
    h(
      'div',
      { class: 'panes' },
      pane(
        'Request',
        requestText(entry),
        entry,
        copyButton('as curl', () => curl(entry), 'Copy as curl'),
      ),
      pane(
        'Reply',
        reply(entry),
        entry,
        copyButton('the reply', () => entry.reply ?? ''),
      ),
    ),
  );
}

function pane(title: string, text: string, entry: Entry, copy: HTMLElement): HTMLElement {
  return h(
    'div',
    { class: 'pane' },
    h('div', { class: 'pane-head' }, h('h4', {}, title), copy),
    h('pre', { tabindex: 0, role: 'region', 'aria-label': `${title} ${entry.seq}` }, h('code', {}, text)),
  );
}

function requestText({ method, path, query, type, body }: Entry): string {
  const head = `${method} ${path}${query ? `\n  ?${query.split('&').join('\n  &')}` : ''}`;
  return [head, type && `Content-Type: ${type}`, body && `\n${readable(body)}`].filter(Boolean).join('\n');
}

function reply({ status, reply: body }: Entry): string {
  if (!status) return 'The connection broke without an answer.';
  return body ? `${status}\n\n${readable(body)}` : `${status}, and nothing else`;
}

// readable indents JSON and gives each field of a form a line. It shortens what only machines read: pictures above all.
function readable(text: string): string {
  return (indented(text) ?? fields(text)).replace(
    /[A-Za-z0-9+/_-]{160,}={0,2}/g,
    (long) => `${long.slice(0, 48)}… (${long.length} characters)`,
  );
}

function indented(text: string): string | undefined {
  try {
    const whole = JSON.stringify(JSON.parse(text), null, 2);
    // A point is one thing, and a track has hundreds of them.
    return whole.replace(
      /\[\s+(-?[\d.]+(?:,\s+-?[\d.]+)*)\s+\]/g,
      (_, numbers: string) => `[${numbers.replace(/\s+/g, ' ')}]`,
    );
  } catch {
    return undefined;
  }
}

const fields = (text: string): string => (/^[\w.%+-]+=[^{}\s]*$/.test(text) ? text.split('&').join('\n&') : text);

// curl is a command that sends the request again. Secrets are masked in what the journal has.
export function curl({ method, path, query, type, body }: Entry): string {
  const words = ['curl', '-i'];
  if (method !== (body ? 'POST' : 'GET')) words.push('-X', quoted(method));
  if (type) words.push('-H', quoted(`Content-Type: ${type}`));
  if (body) words.push('--data-raw', quoted(body));
  words.push(quoted(location.origin + path + (query ? `?${query}` : '')));
  return words.join(' ');
}

// quoted is a text as one word of a shell's command.
export const quoted = (text: string): string =>
  /^[\w./:=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
