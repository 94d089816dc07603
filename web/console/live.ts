import { copyButton } from './copy';
import { Detail } from './detail';
import { h, replace } from './dom';
import { quoted } from './exchange';
import type { Feed } from './feed';
import { Filters } from './filters';
import { link, type View } from './route';
import { Row } from './row';
import { readSites } from './site';
import { type Story, tell } from './stories';

// Live is the stream of what is asked of the vendors, with the details of what is selected beside it.
export class Live implements View {
  readonly title = 'Live';
  readonly element: HTMLElement;
  private readonly list = h('ol', { class: 'stories', 'aria-label': 'Challenges and requests, the latest first' });
  private readonly count = h('span', { class: 'quiet' });
  private readonly connection = h('span', { class: 'connection', role: 'status' });
  private readonly place = h('div', { class: 'place' });
  private readonly empty = h('div', { class: 'empty' });
  private readonly filters: Filters;
  private readonly rows = new Map<string, Row>();
  private detail?: Detail;
  private selected = '';

  constructor(private readonly feed: Feed) {
    this.filters = new Filters(() => this.update());
    this.element = h(
      'div',
      { class: 'live' },
      h(
        'section',
        { class: 'stream', 'aria-label': 'Stream' },
        h('div', { class: 'stream-head' }, h('h1', {}, 'Live'), this.connection, this.count),
        this.filters.element,
        this.list,
        this.empty,
      ),
      this.place,
    );
    this.list.addEventListener('keydown', (event) => walk(this.list, event));
    void this.explain();
  }

  // select shows the details of a story; '': of none, 'latest': of whatever is the newest Challenge just now.
  select(key: string): void {
    this.selected = key;
    this.feed.want(idIn(key));
    this.detail?.stop();
    this.detail = undefined;
    this.place.replaceChildren();
    this.element.dataset.showing = key ? 'detail' : 'list';
    this.update();
  }

  // focus brings the keyboard to what was selected, where it is no longer at what was selected from.
  focus(): void {
    this.place.querySelector<HTMLElement>('h2')?.focus({ preventScroll: true });
  }

  update(): void {
    const stories = tell(this.feed);
    this.filters.offer(stories);
    const shown = stories.filter((story) => this.filters.take(story));
    const key = this.selected === 'latest' ? newest(stories) : this.selected;
    this.showList(shown.slice(0, most), key);
    this.count.textContent =
      shown.length === stories.length ? `${stories.length}` : `${shown.length} of ${stories.length}`;
    this.count.hidden = !stories.length;
    const states = { live: 'Connected', lost: 'Reconnecting …', starting: 'Connecting …' };
    if (this.connection.dataset.state !== this.feed.state) {
      this.connection.dataset.state = this.feed.state;
      this.connection.textContent = states[this.feed.state];
    }
    this.empty.hidden = stories.length > 0;
    this.filters.element.hidden = !stories.length;
    this.showDetail(stories, key);
  }

  private showList(stories: Story[], selected: string): void {
    const kept = new Set(stories.map(({ key }) => key));
    for (const [key, row] of this.rows) {
      if (kept.has(key)) continue;
      row.element.remove();
      this.rows.delete(key);
    }
    const focused = this.list.contains(document.activeElement) ? (document.activeElement as HTMLElement) : undefined;
    let next: Element | null = this.list.firstElementChild;
    for (const story of stories) {
      const row = this.rows.get(story.key) ?? new Row(story.key);
      this.rows.set(story.key, row);
      row.show(story, story.key === selected);
      if (row.element === next) next = next.nextElementSibling;
      else this.list.insertBefore(row.element, next);
    }
    focused?.focus({ preventScroll: true }); // a row that moves loses it
  }

  private showDetail(stories: Story[], key: string): void {
    if (!this.selected) {
      if (!this.place.firstChild)
        replace(
          this.place,
          h(
            'p',
            { class: 'hint' },
            'Select something to see what was sent, what would be right, and why it was refused.',
          ),
        );
      return;
    }
    if (!key)
      return replace(
        this.place,
        this.back(),
        h(
          'div',
          { class: 'hint' },
          h('h2', {}, 'No challenge yet'),
          h('p', {}, 'The newest one shows here as soon as an app asks for it.'),
        ),
      );
    const story = stories.find((one) => one.key === key);
    if (story) return this.showStory(story);
    this.detail?.stop();
    this.detail = undefined;
    const id = idIn(key);
    if (this.feed.state !== 'starting' && (!id || this.feed.knowsNothingOf(id))) {
      replace(
        this.place,
        this.back(),
        h(
          'div',
          { class: 'hint' },
          h('h2', {}, 'Nothing is known of this one'),
          h(
            'p',
            {},
            'The mock lists the latest 200 challenges and 1000 requests, and forgets all when it is reset or ends.',
          ),
        ),
      );
    }
  }

  private showStory(story: Story): void {
    if (this.detail?.key !== story.key) {
      this.detail?.stop();
      this.detail = new Detail(this.feed, story);
    }
    this.detail.update(story);
    if (!this.place.contains(this.detail.element)) replace(this.place, this.back(), this.detail.element);
  }

  private back(): HTMLElement {
    return link('/console/', { class: 'back' }, '← All');
  }

  // explain tells how to send the first request.
  private async explain(): Promise<void> {
    const sites = await readSites().catch(() => []);
    const site =
      sites.find(({ dialect, magic }) => dialect === 'native' && !magic) ?? sites.find(({ magic }) => !magic);
    const line = `curl -s -d ${quoted(JSON.stringify({ site: site?.key ?? 'native-demo' }))} ${location.origin}/native/v1/challenges`;
    const demo = document.body.hasAttribute('data-demo');
    replace(
      this.empty,
      h('h2', {}, 'Nothing was asked yet'),
      h(
        'p',
        {},
        'Point your app at ',
        h('code', {}, location.origin),
        ', and what it asks of its vendor appears here as it happens. Or send a first request from a terminal:',
      ),
      h(
        'div',
        { class: 'command' },
        h('pre', { tabindex: 0, role: 'region', 'aria-label': 'Command' }, h('code', {}, line)),
        copyButton('the command', () => line),
      ),
      demo &&
        h(
          'p',
          {},
          'Or solve a puzzle on one of the ',
          h('a', { href: '/demo/' }, 'demo’s pages'),
          ', or ',
          link('/console/try', {}, 'beside this console'),
          '.',
        ),
    );
  }
}

const most = 200; // rows

// idIn is the id of the Challenge that a story's key names; '': it names none.
const idIn = (key: string): string => (key.startsWith('challenges/') ? key.slice('challenges/'.length) : '');

const newest = (stories: Story[]): string =>
  stories.reduce<Story | undefined>(
    (best, story) => (story.challenge && issued(story) > issued(best) ? story : best),
    undefined,
  )?.key ?? '';

// issued orders Challenges by their issue: those of one second as the requests came.
function issued(story: Story | undefined): number {
  if (!story?.challenge) return -1;
  return Date.parse(story.challenge.issued_at) + (story.entries[0]?.seq ?? 0) / 1e6;
}

// walk goes through the list with the arrow keys.
function walk(list: HTMLElement, event: KeyboardEvent): void {
  const links = [...list.querySelectorAll<HTMLElement>('li > a')];
  const at = links.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
  if (to === undefined || !links[to]) return;
  event.preventDefault();
  links[to].focus();
}
