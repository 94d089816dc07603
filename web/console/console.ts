import { ask } from './api';
import { clockKnobs, readClock } from './clock';
import { button } from './dom';
import { Feed } from './feed';
import { Live } from './live';
import { attempt, say } from './notice';
import { Outbox } from './outbox';
import { follow, type View } from './route';
import { Script } from './script';
import { Sites } from './sites';
import { Try } from './try';

// The console: one page whose views follow the path.

const main = document.querySelector<HTMLElement>('#main');
const missing = document.querySelector('[data-missing]') !== null;
const feed = new Feed();
const live = new Live(feed);
let current: View | undefined;

// viewOf is the view at a path.
function viewOf(path: string): View {
  const [, , first = '', second = ''] = path.split('/');
  switch (first) {
    case 'sites':
      return new Sites();
    case 'script':
      return new Script();
    case 'outbox':
      return new Outbox();
    case 'try':
      return new Try(feed, second);
    default:
      live.select(first === 'latest' ? 'latest' : first && `${first}/${second}`);
      return live;
  }
}

// go shows what is at the path that the browser is at.
function go(byHand = true): void {
  if (!main) return;
  const next = viewOf(location.pathname);
  if (next !== current) {
    current?.leave?.();
    current = next;
    main.replaceChildren(next.element);
    if (byHand) scrollTo(0, 0);
  }
  document.title = `${next.title} · captchad console`;
  markNavigation();
  next.update();
  if (byHand) focusOn(next);
}

// focusOn brings the keyboard to what is new, for who cannot see that it is.
function focusOn(view: View): void {
  if (view !== live) return main?.querySelector<HTMLElement>('h1')?.focus();
  const narrow = matchMedia('(max-width: 64rem)').matches;
  if (narrow && location.pathname !== '/console/') {
    scrollTo(0, 0);
    live.focus();
  }
}

function markNavigation(): void {
  const first = location.pathname.split('/')[2] ?? '';
  for (const anchor of document.querySelectorAll<HTMLAnchorElement>('.top nav a')) {
    const own = anchor.pathname.split('/')[2] ?? '';
    const isCurrent = own === first || (!own && ['latest', 'challenges', 'requests'].includes(first));
    if (isCurrent) anchor.setAttribute('aria-current', 'page');
    else anchor.removeAttribute('aria-current');
  }
}

const reset = () =>
  attempt(async () => {
    await ask('POST', '/reset');
    await readClock();
    say('Everything is as it was at the start');
    current?.update();
  });

document.querySelector('[data-knobs]')?.append(
  clockKnobs(() => current === live && live.update()),
  button('Reset all', () => void reset(), {
    class: 'danger',
    title: 'Scripts, faults, sent codes, journal and clock as at the start',
  }),
);

if (missing) markNavigation();
else {
  follow(() => go());
  feed.watch(() => current?.update());
  go(false);
  void attempt(() => feed.start());
}
