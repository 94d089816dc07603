// The captchad under test, as an app's backend and its tests see it. CAPTCHAD_URL
// is where it is; CAPTCHAD_DB and CAPTCHAD_PROGRAM are its database and a program
// for operators' commands.

export const url = process.env.CAPTCHAD_URL;
if (!url) throw new Error('CAPTCHAD_URL has to name a running captchad in mock mode');

// post sends JSON and returns what is answered.
export async function post(path, body) {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.json();
}

// solution is the right Answer to a Challenge. Only mock mode tells it.
export async function solution(id) {
  const response = await fetch(`${url}/control/v1/challenges/${id}`);
  if (!response.ok) throw new Error(`no solution for ${id}: ${response.status} ${await response.text()}`);
  return (await response.json()).solution;
}

// onJSON hands on what the page is answered in those responses that are wanted.
export function onJSON(page, wanted, take) {
  page.on('response', async (response) => {
    if (!wanted(response)) return;
    const body = await response.json().catch(() => undefined); // the page may be gone
    if (body) take(body);
  });
}
