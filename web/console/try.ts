import { Detail } from './detail';
import { h, replace } from './dom';
import type { Feed } from './feed';
import { link, type View } from './route';
import { type Story, tell } from './stories';
import { vendor } from './words';

// Try shows a page of the demo beside what it has just asked.
export class Try implements View {
  readonly element: HTMLElement;
  private readonly heading = h('h1', { tabindex: -1 });
  private readonly tabs: HTMLAnchorElement[];
  private readonly frame = h('iframe', { load: () => this.follow() });
  private readonly place = h('section', { class: 'place', 'aria-label': 'What it asks' });
  private readonly vendors = (document.body.dataset.vendors ?? '').split(' ');
  private detail?: Detail;

  constructor(
    private readonly feed: Feed,
    private dialect: string,
  ) {
    this.tabs = this.vendors.map((name) =>
      link(`/console/try/${name}`, {}, h('span', { class: 'dot', 'data-vendor': name }), vendor(name)),
    );
    const nav = h('nav', { class: 'vendors', 'aria-label': 'Vendors' }, ...this.tabs);
    this.element = h(
      'div',
      { class: 'page wide' },
      h('div', { class: 'page-head' }, this.heading, nav),
      document.body.hasAttribute('data-demo')
        ? this.board()
        : h('p', { class: 'empty' }, 'This mock runs without its demo: try it with your own app.'),
    );
    this.name();
  }

  get title(): string {
    return this.dialect ? `Try ${vendor(this.dialect)}` : 'Try it';
  }

  private board(): HTMLElement {
    if (!this.dialect) {
      const help = 'Choose a vendor: its demo opens here, and beside it what it asks of the mock, with the solution.';
      return h('p', { class: 'lead' }, help);
    }
    this.frame.src = `/demo/${this.dialect}`;
    return h('div', { class: 'try' }, this.frame, this.place);
  }

  // name says whose demo it is.
  private name(): void {
    this.heading.textContent = this.title;
    this.frame.title = `Demo of ${vendor(this.dialect)}`;
    for (const [i, tab] of this.tabs.entries()) {
      if (this.vendors[i] === this.dialect) tab.setAttribute('aria-current', 'page');
      else tab.removeAttribute('aria-current');
    }
  }

  // follow goes along when somebody follows a link within the demo.
  private follow(): void {
    const name = this.frame.contentWindow?.location.pathname.split('/')[2] ?? '';
    if (!this.frame.isConnected || name === this.dialect || !this.vendors.includes(name)) return;
    this.dialect = name;
    history.replaceState(null, '', `/console/try/${name}`);
    document.title = `${this.title} · captchad console`;
    this.detail?.stop();
    this.detail = undefined;
    this.place.replaceChildren();
    this.name();
    this.update();
  }

  update(): void {
    const story = tell(this.feed).find(({ dialect, challenge }) => challenge && dialect === this.dialect);
    if (story) return this.show(story);
    if (this.place.firstChild) return;
    replace(this.place, h('p', { class: 'hint' }, 'Its newest challenge shows here as soon as there is one.'));
  }

  private show(story: Story): void {
    if (this.detail?.key !== story.key) {
      this.detail?.stop();
      this.detail = new Detail(this.feed, story);
      replace(this.place, this.detail.element);
    }
    this.detail.update(story);
  }

  leave(): void {
    this.detail?.stop();
  }
}
