import { post, url } from '../captchad.mjs';

// The clock that captchad lives by in mock mode. It runs, and is one for all
// tests: they move it forward only. The SDKs live by the real time.

export const advance = (by) => post('/control/v1/clock', { advance: by });

export async function now() {
  const response = await fetch(`${url}/control/v1/clock`);
  return new Date((await response.json()).now);
}
