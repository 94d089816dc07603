import { h } from './dom';
import { FaultKnobs } from './faults';
import { attempt } from './notice';
import { PlanKnobs } from './plans';
import type { View } from './route';
import { readSites } from './site';

// Script is where one says how the next steps end, and what goes wrong on the way.
export class Script implements View {
  readonly title = 'Script';
  readonly element: HTMLElement;
  private readonly plans = new PlanKnobs();
  private readonly faults = new FaultKnobs();

  constructor() {
    this.element = h(
      'div',
      { class: 'page' },
      h('div', { class: 'page-head' }, h('h1', { tabindex: -1 }, 'Script')),
      h('p', { class: 'lead' }, 'Say how the next requests end, and see what your app makes of it.'),
      h('div', { class: 'pair' }, this.plans.element, this.faults.element),
    );
    void attempt(async () => {
      const sites = await readSites();
      await Promise.all([this.plans.start(sites), this.faults.start(sites)]);
    });
  }

  // update looks again: each request may use up a plan.
  update(): void {
    void this.plans.load().catch(() => {});
    void this.faults.load().catch(() => {});
  }
}
