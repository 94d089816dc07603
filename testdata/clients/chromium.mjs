import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

// The browser is Debian's, not one that a test tool brings. Without the flags it
// would look for its maker's servers.
const flags = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

const places = [process.env.CAPTCHAD_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

// launch starts a headless browser with an empty profile, and further flags.
export function launch(further = []) {
  const executablePath = places.find((place) => place && existsSync(place));
  if (!executablePath) throw new Error('no Chromium found: apt-get install chromium, or set CAPTCHAD_CHROMIUM');
  return chromium.launch({ executablePath, args: [...flags, ...further] });
}
