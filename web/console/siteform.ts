import { ask } from './api';
import { button, field, h, options } from './dom';
import { say } from './notice';
import type { Site } from './site';
import { short, vendor } from './words';

// SiteForm adds a Site or changes one.
export class SiteForm {
  readonly element: HTMLDialogElement;
  private readonly heading = h('h2', { id: 'site-form' });
  private readonly complaint = h('p', { class: 'complaint', role: 'alert' });
  private readonly dialect = h('select', { name: 'dialect' });
  private readonly key = text({
    maxlength: 64,
    pattern: '[A-Za-z0-9][A-Za-z0-9._\\-]*',
    placeholder: 'made up if empty',
  });
  private readonly name = text({ maxlength: 200 });
  private readonly secret = text({ maxlength: 200, placeholder: 'made up if empty' });
  private readonly attempts = h('input', { type: 'number', min: 1, max: 1000 });
  private readonly lifetime = text({ placeholder: '2m' });
  private readonly passLifetime = text({ placeholder: '5m' });
  private readonly reusable = h('input', { type: 'checkbox' });
  private readonly disabled = h('input', { type: 'checkbox' });
  private readonly hosts = text({ placeholder: 'app.example.com, *.example.com' });
  private readonly settings = h('textarea', { rows: 3, spellcheck: 'false', placeholder: 'slider.decoys=0' });
  private site?: Site;

  constructor(private readonly saved: () => Promise<void>) {
    const vendors = (document.body.dataset.vendors ?? '').split(' ');
    options(
      this.dialect,
      vendors.map((value) => ({ value, text: vendor(value) })),
    );
    this.element = h(
      'dialog',
      { 'aria-labelledby': 'site-form' },
      h(
        'form',
        { submit: (event) => void this.submit(event) },
        this.heading,
        h(
          'div',
          { class: 'fields' },
          field('Vendor', this.dialect),
          field('Name', this.name),
          field('Key', this.key),
          field('Secret', this.secret),
          field('Answers per challenge', this.attempts),
          field('Time to answer', this.lifetime, 'such as 90s or 2m'),
          field('A pass is good for', this.passLifetime, 'such as 5m'),
          field('Hosts of its pages', this.hosts, 'with commas between; * for all'),
          h('label', { class: 'switch' }, this.reusable, 'A pass is good again and again'),
          h('label', { class: 'switch' }, this.disabled, 'Switched off'),
        ),
        field('Settings', this.settings, 'one name=value a line'),
        this.complaint,
        h(
          'div',
          { class: 'buttons' },
          h('button', { class: 'main' }, 'Save'),
          button('Cancel', () => this.element.close()),
        ),
      ),
    );
  }

  // open begins a new Site, or a change of one.
  open(site?: Site): void {
    this.site = site;
    this.heading.textContent = site ? `Change ${site.name || site.key}` : 'Add a site';
    this.complaint.textContent = '';
    if (site) this.dialect.value = site.dialect;
    this.key.value = site?.key ?? '';
    this.name.value = site?.name ?? '';
    this.secret.value = site?.secrets[0]?.value ?? '';
    this.attempts.value = site ? String(site.attempts) : '';
    this.lifetime.value = short(site?.lifetime ?? '');
    this.passLifetime.value = short(site?.pass_lifetime ?? '');
    this.reusable.checked = site?.reusable ?? false;
    this.disabled.checked = site?.disabled ?? false;
    this.hosts.value = (site?.hosts ?? ['*']).join(', ');
    this.settings.value = Object.entries(site?.settings ?? {})
      .map((pair) => pair.join('='))
      .join('\n');
    this.dialect.disabled = this.key.disabled = site !== undefined;
    this.element.showModal();
  }

  private async submit(event: Event): Promise<void> {
    event.preventDefault();
    try {
      const key = this.site?.key ?? (this.key.value || randomKey());
      await ask('PUT', `/sites/${encodeURIComponent(key)}`, this.read());
      this.element.close();
      say(this.site ? 'The site is changed' : `The site ${key} is there`);
      await this.saved();
    } catch (error) {
      this.complaint.textContent = error instanceof Error ? error.message : String(error);
    }
  }

  // read is what the form says. What is left empty is the vendor's standard.
  private read(): Record<string, unknown> {
    const filled: Record<string, unknown> = {
      dialect: this.dialect.value,
      name: this.name.value,
      disabled: this.disabled.checked,
      hosts: this.hosts.value.split(/[\s,]+/).filter(Boolean),
      settings: Object.fromEntries(
        this.settings.value
          .split('\n')
          .filter((line) => line.trim())
          .map(setting),
      ),
    };
    const [first, ...others] = this.site?.secrets ?? [];
    if (this.secret.value) filled.secrets = [{ ...first, value: this.secret.value }, ...others];
    if (this.site || this.reusable.checked) filled.reusable = this.reusable.checked;
    if (this.attempts.value) filled.attempts = Number(this.attempts.value);
    if (this.lifetime.value) filled.lifetime = this.lifetime.value;
    if (this.passLifetime.value) filled.pass_lifetime = this.passLifetime.value;
    return filled;
  }
}

const text = (attributes: Record<string, string | number>): HTMLInputElement =>
  h('input', { type: 'text', autocomplete: 'off', spellcheck: 'false', ...attributes });

function setting(line: string): [string, string] {
  const [name = '', ...rest] = line.split('=');
  return [name.trim(), rest.join('=').trim()];
}

// randomKey has the form that all vendors' keys may have.
function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
