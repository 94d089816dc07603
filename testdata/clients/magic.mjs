// The keys of mock mode that decide how everything ends, as the README lists them.
import { url } from './captchad.mjs';

export const magic = {
  geetest: { passes: `${'f'.repeat(30)}a1`, puzzle: `${'f'.repeat(30)}a7` },
  yidun: { passes: `${'f'.repeat(30)}b1`, puzzle: `${'f'.repeat(30)}b7` },
  native: { passes: 'test-native-passes', puzzle: 'test-native-puzzle' },
};

// finish drops what a test has planned for a Site.
export const finish = (what, site) => fetch(`${url}/control/v1/${what}?site=${site}`, { method: 'DELETE' });
