import { now } from './clock';
import { h, replace } from './dom';
import { link } from './route';
import { type Story, type Verdict, verdictOf, verdictOn } from './stories';
import { ago, vendor } from './words';

// Row is a story in the list.
export class Row {
  readonly element: HTMLLIElement;
  private readonly anchor: HTMLAnchorElement;
  private readonly when = h('time', {});
  private drawn = '';

  constructor(key: string) {
    this.anchor = link(`/console/${key}`);
    this.element = h('li', {}, this.anchor);
  }

  show(story: Story, selected: boolean): void {
    if (selected) this.anchor.setAttribute('aria-current', 'true');
    else this.anchor.removeAttribute('aria-current');
    const verdict = verdictOf(story, now());
    this.when.textContent = ago(now() - story.at);
    const text = [verdict.text, story.dialect, story.kind, story.site, ...story.entries.map(({ seq }) => seq)].join(
      '|',
    );
    if (text === this.drawn) return;
    this.drawn = text;
    this.anchor.dataset.mood = verdict.mood;
    replace(this.anchor, ...this.parts(story, verdict));
  }

  private parts(story: Story, verdict: Verdict): (HTMLElement | undefined)[] {
    const alone = story.entries[0];
    return [
      h(
        'span',
        { class: 'who' },
        story.dialect ? h('span', { class: 'dot', 'data-vendor': story.dialect }) : undefined,
        h('b', {}, story.dialect ? vendor(story.dialect) : 'No vendor'),
        story.kind && h('span', { class: 'kind' }, story.kind),
      ),
      h('span', { class: 'pill', 'data-mood': verdict.mood }, verdict.text),
      h('span', { class: 'what' }, story.id ? story.site : `${alone?.method} ${alone?.path}`),
      this.when,
      story.entries.length > 1 ? h('span', { class: 'trace' }, ...trace(story)) : undefined,
    ];
  }
}

// trace is what happened, step by step, in marks with their words.
function trace(story: Story): HTMLElement[] {
  const names: Record<string, string> = { issue: 'issued', answer: 'answered', redeem: 'redeemed' };
  return story.entries
    .filter(({ step }) => step)
    .slice(-6)
    .map((entry) => {
      const right = entry.outcome === 'right';
      return h(
        'span',
        { class: 'step', 'data-mood': verdictOn(entry).mood },
        right ? (names[entry.step ?? ''] ?? '') : (entry.outcome ?? ''),
      );
    });
}
