import { options } from './dom';
import type { Site } from './site';
import { vendor } from './words';

// offerSites lists Sites to choose from: those of one's own before those whose key decides anyway.
export function offerSites(
  select: HTMLSelectElement,
  sites: Site[],
  before: { value: string; text: string }[] = [],
): void {
  const ordered = [...sites.filter(({ magic }) => !magic), ...sites.filter(({ magic }) => magic)];
  options(select, [...before, ...ordered.map((site) => ({ value: site.key, text: nameOf(site) }))]);
}

// nameOf is a Site for people, with enough of its key to tell it apart.
export function nameOf({ name, key, dialect }: Site): string {
  const short = key.length > 16 ? `${key.slice(0, 10)}…` : key;
  return `${name || vendor(dialect)} (${short})`;
}
