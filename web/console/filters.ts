import { now } from './clock';
import { h, options } from './dom';
import { type Story, verdictOf } from './stories';
import { vendor } from './words';

// Filters are what the list can be narrowed by.
export class Filters {
  readonly element: HTMLElement;
  private readonly selects: {
    select: HTMLSelectElement;
    any: string;
    of: (story: Story) => string;
    word: (value: string) => string;
  }[];

  constructor(changed: () => void) {
    const make = (name: string, of: (story: Story) => string, word = (value: string) => value) => ({
      select: h('select', { 'aria-label': name, change: changed }),
      any: name,
      of,
      word,
    });
    this.selects = [
      make('Vendor', ({ dialect }) => dialect, vendor),
      make('Site', ({ site }) => site),
      make('Outcome', (story) => verdictOf(story, now()).text),
    ];
    this.element = h(
      'div',
      { class: 'filters', role: 'search', 'aria-label': 'Filter' },
      ...this.selects.map(({ select }) => select),
    );
  }

  // offer lists what there is to choose.
  offer(stories: Story[]): void {
    for (const { select, any, of, word } of this.selects) {
      const values = new Set(stories.map(of).filter(Boolean));
      if (select.value) values.add(select.value);
      const sorted = [...values].sort((a, b) => word(a).localeCompare(word(b)));
      const text = sorted.join('\n');
      if (select.dataset.offered === text) continue;
      select.dataset.offered = text;
      options(select, [{ value: '', text: any }, ...sorted.map((value) => ({ value, text: word(value) }))]);
    }
  }

  take(story: Story): boolean {
    return this.selects.every(({ select, of }) => !select.value || of(story) === select.value);
  }
}
