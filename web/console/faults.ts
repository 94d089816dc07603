import { ask } from './api';
import { nameOf, offerSites } from './choice';
import { button, field, h, options, replace } from './dom';
import { attempt, say } from './notice';
import type { Site } from './site';
import { vendor } from './words';

interface Fault {
  fault: string;
  times?: number; // missing: it does not end
  probability?: number; // missing: 1
}

interface KnownFault {
  fault: string;
  help: string;
}

interface AllFaults {
  faults: Record<string, Fault>; // by Site
  dialects?: Record<string, Fault>;
}

const allOf = 'all of ';

// FaultKnobs make a vendor go wrong: for one Site, or for all of its.
export class FaultKnobs {
  readonly element: HTMLElement;
  private readonly target = h('select', { change: () => this.offer() });
  private readonly fault = h('select', { change: () => this.explain() });
  private readonly exact = h('input', { type: 'text', autocomplete: 'off', spellcheck: 'false', required: true });
  private readonly help = h('p', { class: 'quiet', role: 'status' });
  private readonly times = h('input', { type: 'number', min: 1, max: 1_000_000, placeholder: 'all' });
  private readonly percent = h('input', { type: 'number', min: 1, max: 100, value: 100, required: true });
  private readonly list = h('ul', { class: 'plans' });
  private sites: Site[] = [];
  private known: Record<string, KnownFault[]> = {};
  private drawn = '';

  constructor() {
    this.element = h(
      'section',
      { class: 'card', 'aria-labelledby': 'faults' },
      h('h2', { id: 'faults' }, 'Faults'),
      h('p', { class: 'quiet' }, 'The vendor itself goes wrong: it is slow, down, or talks nonsense.'),
      h(
        'form',
        { submit: (event) => this.submit(event) },
        h(
          'div',
          { class: 'fields' },
          field('Where', this.target),
          field('Fault', this.fault),
          field('Exactly', this.exact),
          field('Requests', this.times),
          field('In how many of 100', this.percent),
        ),
        this.help,
        h('div', { class: 'buttons' }, h('button', { class: 'main' }, 'Let it happen')),
      ),
      h('h3', {}, 'What goes wrong'),
      this.list,
    );
  }

  async start(sites: Site[]): Promise<void> {
    this.sites = sites;
    this.known = (await ask<{ dialects: Record<string, KnownFault[]> }>('GET', '/faults/known')).dialects;
    const whole = Object.keys(this.known).map((name) => ({
      value: allOf + name,
      text: `All sites of ${vendor(name)}`,
    }));
    offerSites(this.target, sites, whole);
    this.offer();
    await this.load();
  }

  async load(): Promise<void> {
    this.show(await ask<AllFaults>('GET', '/faults'));
  }

  private get dialect(): string {
    const { value } = this.target;
    if (value.startsWith(allOf)) return value.slice(allOf.length);
    return this.sites.find(({ key }) => key === value)?.dialect ?? '';
  }

  // offer lists the faults that the vendor can have.
  private offer(): void {
    const known = this.known[this.dialect] ?? [];
    options(
      this.fault,
      known.filter(({ fault }) => fault !== 'normal').map(({ fault }) => ({ value: fault, text: fault })),
    );
    this.explain();
  }

  private explain(): void {
    this.exact.value = this.fault.value.replace('<ms>', '3000').replace('<status>', '503');
    this.help.textContent = this.known[this.dialect]?.find(({ fault }) => fault === this.fault.value)?.help ?? '';
  }

  private submit(event: Event): void {
    event.preventDefault();
    void attempt(async () => {
      const fault: Fault = { fault: this.exact.value };
      if (this.times.value) fault.times = Number(this.times.value);
      if (this.percent.value !== '100') fault.probability = Number(this.percent.value) / 100;
      this.show(await ask<AllFaults>('PUT', pathOf(this.target.value), fault));
      say(`From now on: ${fault.fault}`);
    });
  }

  private show({ faults, dialects = {} }: AllFaults): void {
    const rows: { target: string; name: string; fault: Fault }[] = Object.entries(dialects).map(([name, fault]) => ({
      target: allOf + name,
      name: `All sites of ${vendor(name)}`,
      fault,
    }));
    for (const [key, fault] of Object.entries(faults)) {
      const site = this.sites.find((one) => one.key === key);
      if (!site?.magic) rows.push({ target: key, name: site ? nameOf(site) : key, fault });
    }
    const text = JSON.stringify(rows);
    if (text === this.drawn) return;
    this.drawn = text;
    replace(
      this.list,
      ...rows.map(({ target, name, fault }) => this.row(target, name, fault)),
      !rows.length && h('li', { class: 'quiet' }, 'Nothing. (The magic sites have faults of their own.)'),
    );
  }

  private row(target: string, name: string, fault: Fault): HTMLElement {
    const limits = [
      fault.probability && `in ${Math.round(fault.probability * 100)} of 100`,
      fault.times ? `for ${fault.times} more ${fault.times === 1 ? 'request' : 'requests'}` : 'until it is removed',
    ];
    return h(
      'li',
      {},
      h('span', {}, h('b', {}, fault.fault), `, ${limits.filter(Boolean).join(', ')}`),
      h('span', { class: 'quiet' }, name),
      button('Remove', () => void this.remove(target), { 'aria-label': `Remove the fault ${fault.fault} of ${name}` }),
    );
  }

  private remove(target: string): Promise<void> {
    return attempt(async () => {
      await ask('DELETE', pathOf(target));
      await this.load();
      say('The fault is gone');
    });
  }
}

const pathOf = (target: string): string =>
  target.startsWith(allOf)
    ? `/faults/dialects/${encodeURIComponent(target.slice(allOf.length))}`
    : `/faults/${encodeURIComponent(target)}`;
