import { ask } from './api';
import { copyButton } from './copy';
import { button, h, options, replace } from './dom';
import { attempt, say } from './notice';
import type { View } from './route';
import { readSites, type Site } from './site';
import { SiteForm } from './siteform';
import { short, vendor } from './words';

// Sites are the customers of the mock: those that are ready, those that were added, and those whose key decides how
// everything ends.
export class Sites implements View {
  readonly title = 'Sites';
  readonly element: HTMLElement;
  private readonly list = h('ul', { class: 'sites' });
  private readonly magicVendor = h('select', {
    'aria-label': 'Vendor of the magic sites',
    change: () => this.showMagic(),
  });
  private readonly magicRows = h('tbody');
  private readonly drawnByPages = h('p', { class: 'lead', hidden: true });
  private readonly form = new SiteForm(() => this.load());
  private sites: Site[] = [];

  constructor() {
    this.element = h(
      'div',
      { class: 'page' },
      h(
        'div',
        { class: 'page-head' },
        h('h1', { tabindex: -1 }, 'Sites'),
        button('Add a site', () => this.form.open(), { class: 'main' }),
      ),
      h(
        'p',
        { class: 'lead' },
        'A site is one customer of a vendor: the key that its pages name, and the secret of its backend. What is added or changed here is gone when the mock is reset or ends.',
      ),
      this.list,
      h('div', { class: 'page-head' }, h('h2', {}, 'Magic sites'), this.magicVendor),
      h(
        'p',
        { class: 'lead' },
        'For a test that can change nothing but configuration: the key alone decides how everything ends. The secret is that of the vendor’s first site above.',
      ),
      this.drawnByPages,
      h(
        'div',
        { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Magic sites' },
        h(
          'table',
          { class: 'magic' },
          h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'What happens'), h('th', { scope: 'col' }, 'Key'))),
          this.magicRows,
        ),
      ),
      this.form.element,
    );
    void this.load();
  }

  update(): void {}

  private load(): Promise<void> {
    return attempt(async () => {
      this.sites = await readSites();
      this.showSites();
      const vendors = [...new Set(this.sites.filter(({ magic }) => magic).map(({ dialect }) => dialect))];
      options(
        this.magicVendor,
        vendors.map((value) => ({ value, text: vendor(value) })),
      );
      this.showMagic();
    });
  }

  private showSites(): void {
    const own = this.sites.filter(({ magic }) => !magic);
    replace(this.list, ...own.map((site) => this.row(site)));
  }

  private row(site: Site): HTMLElement {
    const what = site.name || site.key;
    return h(
      'li',
      { class: 'site', 'data-key': site.key },
      h(
        'div',
        { class: 'site-head' },
        h('h2', {}, h('span', { class: 'dot', 'data-vendor': site.dialect }), what),
        h('span', { class: 'quiet' }, vendor(site.dialect)),
        site.disabled && h('span', { class: 'pill', 'data-mood': 'bad' }, 'Disabled'),
        h(
          'span',
          { class: 'site-actions' },
          button('Change', () => this.form.open(site), { 'aria-label': `Change ${what}` }),
          button('Remove', () => void this.remove(site), { class: 'danger', 'aria-label': `Remove ${what}` }),
        ),
      ),
      h(
        'dl',
        { class: 'values' },
        value('Key', site.key),
        ...site.secrets.flatMap(({ id, value: secret }) => [
          id ? value('Secret id', id) : undefined,
          value('Secret', secret),
        ]),
        h('div', {}, h('dt', {}, 'Rules'), h('dd', {}, rules(site))),
        ...Object.entries(site.settings ?? {}).map(([name, set]) =>
          h('div', {}, h('dt', {}, name), h('dd', {}, h('code', {}, set))),
        ),
      ),
    );
  }

  private remove(site: Site): Promise<void> {
    return attempt(async () => {
      if (!confirm(`Remove the site ${site.name || site.key}? What it issued can no longer be redeemed.`)) return;
      await ask('DELETE', `/sites/${encodeURIComponent(site.key)}`);
      say('The site is removed');
      await this.load();
      this.element.querySelector<HTMLElement>('h1')?.focus();
    });
  }

  private showMagic(): void {
    const dialect = this.magicVendor.value;
    const magic = this.sites.filter((site) => site.magic && site.dialect === dialect);
    this.drawnByPages.hidden = !drawsItself.has(dialect);
    this.drawnByPages.textContent = `Pages of ${vendor(dialect)} draw the puzzle themselves: where none is said to be shown, one is shown there all the same, and any answer is right.`;
    replace(
      this.magicRows,
      ...magic.map(({ key, magic: does, name }) =>
        h(
          'tr',
          {},
          h('td', {}, meaningOf(typeof does === 'string' ? does : name)),
          h(
            'td',
            {},
            h(
              'span',
              { class: 'copied' },
              h('code', {}, key),
              copyButton(`the key ${key}`, () => key),
            ),
          ),
        ),
      ),
    );
  }
}

// drawsItself has the vendors whose puzzle is drawn by an app's own page, which cannot be told to show none.
const drawsItself = new Set(['ajcaptcha', 'cloudbase', 'oneaccess']);

const meanings: Record<string, string> = {
  passes: 'No puzzle is shown, and the pass is good, once',
  fails: 'No answer solves the puzzle, and no pass is good',
  used: 'No puzzle is shown, and every pass is used already',
  expired: 'No puzzle is shown, and every pass is too old',
  slow: 'No puzzle is shown; every call takes 3 seconds',
  outage: 'Every call ends with 503',
  puzzle: 'A puzzle is always shown, any answer solves it, and the pass is good, once',
};

// meaningOf is what a magic Site does: a word for it, or a sentence.
function meaningOf(does: string): string {
  const word = does.split(' ').at(-1) ?? '';
  return does.split(' ').length <= 2 && Object.hasOwn(meanings, word) ? (meanings[word] ?? does) : does;
}

const value = (term: string, text: string): HTMLElement =>
  h(
    'div',
    {},
    h('dt', {}, term),
    h(
      'dd',
      { class: 'copied' },
      h('code', {}, text),
      copyButton(`the ${term.toLowerCase()} ${text}`, () => text),
    ),
  );

function rules(site: Site): string {
  const parts = [
    `${site.attempts} ${site.attempts === 1 ? 'answer' : 'answers'}`,
    `within ${short(site.lifetime)}`,
    `pass good for ${short(site.pass_lifetime)}`,
  ];
  return `${parts.join(', ')}${site.reusable ? ', again and again' : ', once'}`;
}
