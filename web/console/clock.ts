import { ask } from './api';
import { button, h } from './dom';
import { attempt, say } from './notice';

// The mock's clock, by which everything lives: it may run or stand still, and it is moved from here.

let shown = Date.now(); // what it showed
let read = performance.now(); // when that was
let runs = true;

// now is what the mock's clock shows, in milliseconds since 1970.
export const now = (): number => (runs ? shown + performance.now() - read : shown);

async function take(method: 'GET' | 'POST', body?: unknown): Promise<void> {
  const answer = await ask<{ now: string }>(method, '/clock', body);
  shown = Date.parse(answer.now);
  read = performance.now();
}

// observe finds out whether the clock runs: one that stands shows the same twice.
async function observe(): Promise<void> {
  await take('GET');
  const first = shown;
  await new Promise((later) => setTimeout(later, 30));
  await take('GET');
  runs = shown !== first;
}

// readClock looks at the clock again, which others move too.
export const readClock = (): Promise<void> => take('GET').then(tick);

let tick = (): void => {};

// clockKnobs show the clock and move it. What is shown elsewhere in terms of it is shown anew by changed.
export function clockKnobs(changed: () => void): HTMLElement {
  const time = h('time', { class: 'now' });
  tick = () => {
    const text = new Date(now()).toISOString();
    time.textContent = `${text.slice(0, 10)} ${text.slice(11, 19)}`;
    time.setAttribute('datetime', text);
    changed();
  };
  const move = (body: unknown, done: string) =>
    attempt(async () => {
      await take('POST', body);
      tick();
      say(done);
    });
  const at = h('input', { type: 'datetime-local', step: 1, 'aria-label': 'Time to set, in UTC' });
  const dialog = h(
    'form',
    { class: 'set-clock', hidden: true, submit: (event) => set(event) },
    at,
    h('button', { class: 'main' }, 'Set'),
  );
  const open = button('Set …', () => toggle(dialog.hidden), { 'aria-expanded': 'false' });

  function toggle(shows: boolean): void {
    dialog.hidden = !shows;
    open.setAttribute('aria-expanded', String(shows));
    if (!shows) return;
    at.value = new Date(now()).toISOString().slice(0, 19);
    at.focus();
  }

  function set(event: Event): void {
    event.preventDefault();
    const wanted = at.value && new Date(`${at.value}Z`);
    if (!wanted || Number.isNaN(wanted.getTime())) return say('Fill in a date and a time', 'bad');
    void move({ set: wanted.toISOString() }, 'The clock is set');
    toggle(false);
    open.focus();
  }

  dialog.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    toggle(false);
    open.focus();
  });
  void attempt(async () => {
    await observe();
    tick();
    setInterval(tick, 1000);
  });
  return h(
    'div',
    { class: 'clock', role: 'group', 'aria-label': 'Clock of the mock' },
    h(
      'span',
      { class: 'face', title: 'The mock’s clock, in UTC: everything lives by it' },
      time,
      h('small', {}, 'UTC'),
    ),
    button('+1 min', () => void move({ advance: '1m' }, 'The clock is a minute further'), {
      'aria-label': 'Move the clock by 1 minute',
    }),
    button('+5 min', () => void move({ advance: '5m' }, 'The clock is five minutes further'), {
      'aria-label': 'Move the clock by 5 minutes',
    }),
    open,
    button('Now', () => void move({ reset: true }, 'The clock is where it was at the start'), {
      'aria-label': 'Now: as if the clock had never been moved',
      title: 'Undoes all moves of the clock',
    }),
    dialog,
  );
}
