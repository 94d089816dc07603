import { hostOf } from './url';

/** Media is a picture or a recording; its data is base64. */
export interface Media {
  type: string;
  width?: number;
  height?: number;
  data: string;
}

export type Kind = 'slider' | 'text' | 'audio' | 'words';

/** Challenge is one puzzle put to the visitor. */
export interface Challenge {
  id: string;
  kind: Kind;
  /** What the visitor may have instead. */
  kinds: Kind[];
  issued_at: string;
  expires_at: string;
  picture: Media;
  piece?: Media;
  /** Of words: how many places are to be clicked, and what they are called if that is text. */
  clicks?: number;
  words?: string[];
  /** Any Answer is right, so the visitor is shown no puzzle. Only a server for tests says so. */
  automatic?: boolean;
  /** When it came, by the visitor's clock, if it was issued just then. */
  received?: number;
}

/** Answer is what the visitor gives: to a slider x, to words the points that were clicked, else text. */
export type Answer = { x: number } | { text: string } | { points: [number, number][] };

/** Move is where the pointer was: ms since the first move, x and y in pixels of the picture. */
export type Move = [number, number, number];

/** Page is what the server is told of the page. */
export interface Page {
  language: string;
  client_type?: string;
  user_info?: string;
  failures: number;
}

/** Pass is the vendor's own object for a solved Challenge. */
export type Pass = Record<string, unknown>;

/** Solved is what a right Answer gets. */
export interface Solved {
  pass: Pass;
  expires_at: string;
}

/**
 * Refusal is why the server did not do what it was asked. Its code is one of the neutral API's, or
 * "network" when no server could be reached.
 */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly retryAfter = 0,
  ) {
    super(message);
  }

  /** Whether another server could do better. */
  get failed(): boolean {
    return this.code === 'network' || this.code === 'internal' || this.code === 'busy';
  }
}

/** Server speaks captchad's neutral API. */
export class Server {
  constructor(
    /** Where it is: URLs without a slash at their end, tried in order. */
    private readonly bases: string[],
    private readonly site: string,
    /** How many milliseconds one call may take. */
    private readonly timeout: number,
  ) {}

  /** issue asks for a new Challenge, of the Site's standard kind unless one is named that the Site has. */
  async issue(page: Page, kind?: Kind): Promise<Challenge> {
    try {
      const challenge = await this.call<Challenge>('POST', '/native/v1/challenges', { kind, page });
      return { ...challenge, received: Date.now() };
    } catch (refusal) {
      if (kind && refusal instanceof Refusal && refusal.code === 'invalid') return this.issue(page);
      throw refusal;
    }
  }

  /** show asks for a Challenge that was issued before. */
  show(id: string): Promise<Challenge> {
    return this.call('GET', `/native/v1/challenges/${encodeURIComponent(id)}`);
  }

  /** answer has an Answer judged, and gives the Pass for a right one. */
  answer(id: string, answer: Answer, track: Move[], page: Page, subject?: string): Promise<Solved> {
    return this.call('POST', `/native/v1/challenges/${id}/answers`, { answer, track, page, subject });
  }

  private async call<T>(method: string, path: string, body?: object): Promise<T> {
    let failure = new Refusal('network', 'there is no server to call');
    for (const base of this.bases) {
      try {
        return await this.send<T>(method, `${base}${path}?site=${encodeURIComponent(this.site)}`, body);
      } catch (refusal) {
        if (!(refusal instanceof Refusal) || !refusal.failed) throw refusal;
        failure = refusal;
      }
    }
    throw failure;
  }

  // XMLHttpRequest, because apps are tested in jsdom, which has no fetch. The body goes as text/plain: so
  // the browser asks no permission first, which would cost a round trip.
  private send<T>(method: string, url: string, body?: object): Promise<T> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      const fail = () => reject(new Refusal('network', `${hostOf(url)} does not answer`));
      request.open(method, url);
      request.timeout = this.timeout;
      request.onerror = fail;
      request.ontimeout = fail;
      request.onload = () => {
        const reply = parse(request.responseText);
        if (!reply) return fail();
        if (request.status < 300) return resolve(reply as T);
        const retryAfter = Number(request.getResponseHeader('Retry-After')) || 0;
        return reject(new Refusal(String(reply.code || 'network'), String(reply.message), retryAfter));
      };
      request.send(body && JSON.stringify({ site: this.site, ...body }));
    });
  }
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) || undefined;
  } catch {
    return undefined;
  }
}
