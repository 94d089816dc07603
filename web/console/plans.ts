import { ask } from './api';
import { offerSites } from './choice';
import { button, field, h, options, replace } from './dom';
import { attempt, say } from './notice';
import type { Site } from './site';
import { meaning, steps } from './words';

interface Plan {
  site: string;
  step: string;
  outcome: string;
  times: number; // 0: always
}

type Known = Record<string, Record<string, string[]>>;

// PlanKnobs plan how the next steps of a Site end.
export class PlanKnobs {
  readonly element: HTMLElement;
  private readonly site = h('select', { change: () => this.offer() });
  private readonly step = h('select', { change: () => this.offer() });
  private readonly outcome = h('select', { change: () => this.explain() });
  private readonly help = h('p', { class: 'quiet', role: 'status' });
  private readonly times = h('input', { type: 'number', min: 1, max: 1_000_000, value: 1, required: true });
  private readonly always = h('input', { type: 'checkbox', change: () => this.freeze() });
  private readonly list = h('ul', { class: 'plans' });
  private sites: Site[] = [];
  private known: Known = {};
  private drawn = '';

  constructor() {
    options(
      this.step,
      Object.entries(steps).map(([value, text]) => ({ value, text })),
    );
    this.step.value = 'redeem';
    this.element = h(
      'section',
      { class: 'card', 'aria-labelledby': 'plans' },
      h('h2', { id: 'plans' }, 'Outcomes'),
      h('p', { class: 'quiet' }, 'The next steps at a site end as planned, whatever is sent, and then as ever.'),
      h(
        'form',
        { submit: (event) => this.submit(event) },
        h(
          'div',
          { class: 'fields' },
          field('Site', this.site),
          field('Step', this.step),
          field('Outcome', this.outcome),
          field('Times', this.times),
        ),
        this.help,
        h('label', { class: 'switch' }, this.always, 'Always, from now on'),
        h('div', { class: 'buttons' }, h('button', { class: 'main' }, 'Plan it')),
      ),
      h('h3', {}, 'Planned'),
      this.list,
    );
  }

  async start(sites: Site[]): Promise<void> {
    this.sites = sites;
    this.known = (await ask<{ dialects: Known }>('GET', '/script/known')).dialects;
    offerSites(this.site, sites);
    this.offer();
    await this.load();
  }

  async load(): Promise<void> {
    this.show((await ask<{ plans: Plan[] }>('GET', '/script')).plans);
  }

  // offer lists the outcomes that the step can have at the site.
  private offer(): void {
    const dialect = this.sites.find(({ key }) => key === this.site.value)?.dialect ?? '';
    const outcomes = this.known[dialect]?.[this.step.value] ?? [];
    options(
      this.outcome,
      outcomes.map((value) => ({ value, text: value })),
    );
    this.explain();
  }

  private explain(): void {
    const told = meaning(this.outcome.value);
    this.help.textContent = told && `${this.outcome.value}: ${told}`;
  }

  private freeze(): void {
    this.times.disabled = this.always.checked;
  }

  private submit(event: Event): void {
    event.preventDefault();
    void attempt(async () => {
      const plan = {
        site: this.site.value,
        step: this.step.value,
        outcome: this.outcome.value,
        times: this.always.checked ? 0 : Number(this.times.value),
      };
      this.show((await ask<{ plans: Plan[] }>('POST', '/script', plan)).plans);
      say(`Planned: ${plan.step} ends as ${plan.outcome}`);
    });
  }

  private show(plans: Plan[]): void {
    const text = JSON.stringify(plans);
    if (text === this.drawn) return;
    this.drawn = text;
    replace(
      this.list,
      ...plans.map((plan, i) => this.row(plan, i)),
      !plans.length && h('li', { class: 'quiet' }, 'Nothing: everything ends as it should.'),
    );
  }

  private row(plan: Plan, i: number): HTMLElement {
    const count = plan.times ? `${plan.times} ${plan.times === 1 ? 'time' : 'times'}` : 'always';
    return h(
      'li',
      {},
      h('span', {}, h('b', {}, steps[plan.step] ?? plan.step), ' ends as ', h('b', {}, plan.outcome), `, ${count}`),
      h('code', { class: 'quiet' }, plan.site),
      button('Remove', () => void this.remove(i), {
        'aria-label': `Remove the plan: ${plan.step} ends as ${plan.outcome}`,
      }),
    );
  }

  // remove takes one plan away. The API clears those of a whole site, so the others are planned again.
  private remove(index: number): Promise<void> {
    return attempt(async () => {
      const plans = JSON.parse(this.drawn) as Plan[];
      const { site } = plans[index] ?? { site: '' };
      if (!site) return;
      await ask('DELETE', `/script?site=${encodeURIComponent(site)}`);
      for (const [i, plan] of plans.entries())
        if (i !== index && plan.site === site) await ask('POST', '/script', plan);
      await this.load();
      say('The plan is gone');
    });
  }
}
