// The control API, as far as the console asks it.

export interface Solution {
  x?: number;
  text?: string;
  points?: [number, number][];
}

export interface Challenge {
  id: string;
  site: string;
  dialect: string;
  kind: string;
  solution: Solution;
  issued_at: string;
  expires_at: string;
  attempts: number;
  solved: boolean;
  redeemed: boolean;
  outcome?: string;
}

// Entry is one request to a vendor's paths, and what became of it.
export interface Entry {
  seq: number;
  at: string;
  dialect?: string;
  site?: string;
  method: string;
  path: string;
  query?: string;
  type?: string;
  body?: string;
  step?: string;
  id?: string;
  outcome?: string;
  status: number;
  reply?: string;
  because?: string;
  answer?: Solution;
  track?: [number, number, number][]; // x, y in pixels of the picture, milliseconds
}

export const root = '/control/v1';

// ask sends a request, and gives back what is answered: undefined where that is nothing.
export async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const request: RequestInit = { method };
  if (body !== undefined) {
    request.headers = { 'Content-Type': 'application/json' };
    request.body = JSON.stringify(body);
  }
  const response = await reach(root + path, request);
  const text = await response.text();
  if (!response.ok) throw new Refusal(response.status, complaint(text) || `captchad answered ${response.status}`);
  return (text ? JSON.parse(text) : undefined) as T;
}

// Refusal is what captchad does not do, with its reason.
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

async function reach(path: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(path, request);
  } catch {
    throw new Error('captchad does not answer: is it still running?');
  }
}

function complaint(text: string): string {
  try {
    return String((JSON.parse(text) as { message?: string }).message ?? '');
  } catch {
    return '';
  }
}

// pictureOf is where a Challenge's picture is, or its strip.
export const pictureOf = (id: string, part: 'picture' | 'strip'): string =>
  `${root}/challenges/${id}/picture?part=${part}`;
