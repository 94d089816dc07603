import { ask, type Challenge, type Entry, Refusal, root } from './api';

// Feed keeps what was asked of the vendors, as the mock's journal has it, and what there is to know of the Challenges.
// It is filled at first, and then as things happen.
export class Feed {
  readonly entries = new Map<number, Entry>();
  readonly challenges = new Map<string, Challenge>();
  state: 'starting' | 'live' | 'lost' = 'starting';

  private readonly watchers = new Set<() => void>();
  private source?: EventSource;
  private last = 0;
  private asking = false;
  private stale = false;
  private due = false;
  private wanted = ''; // the id of a Challenge that is looked at
  private nobodyKnows = ''; // the id of one that the mock knows nothing of

  // watch calls whenever something is new, until what it returns is called.
  watch(changed: () => void): () => void {
    this.watchers.add(changed);
    return () => this.watchers.delete(changed);
  }

  async start(): Promise<void> {
    await this.fill();
    this.listen();
  }

  // fill takes over what there is already.
  private async fill(): Promise<void> {
    const { entries } = await ask<{ entries: Entry[] }>('GET', '/journal');
    for (const entry of entries) this.keep(entry);
    await this.refresh();
  }

  private keep(entry: Entry): void {
    this.entries.set(entry.seq, entry);
    this.last = Math.max(this.last, entry.seq);
    for (const seq of this.entries.keys()) {
      if (this.entries.size <= most) break;
      this.entries.delete(seq);
    }
  }

  // listen hears of each request as it comes. A browser that was cut off says itself what it heard last; one that has
  // given up is replaced.
  private listen(): void {
    this.source?.close();
    const source = new EventSource(`${root}/journal/events?after=${this.last}`);
    this.source = source;
    source.addEventListener('entry', (event) => {
      this.keep(JSON.parse((event as MessageEvent<string>).data) as Entry);
      this.note();
      void this.refresh();
    });
    source.addEventListener('reset', () => void this.begin());
    source.addEventListener('open', () => this.turn('live'));
    source.addEventListener('error', () => {
      this.turn('lost');
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.listen(), 2000);
    });
  }

  private turn(state: Feed['state']): void {
    this.state = state;
    this.note();
  }

  // begin forgets all: the mock has.
  private async begin(): Promise<void> {
    this.entries.clear();
    this.challenges.clear();
    this.last = 0;
    await this.fill().catch(() => {});
    this.note();
  }

  // refresh asks for the Challenges again: how each stands is not in the journal. However much comes at once, one
  // question is asked at a time.
  async refresh(): Promise<void> {
    if (this.asking) {
      this.stale = true;
      return;
    }
    this.asking = true;
    try {
      do {
        this.stale = false;
        const { challenges } = await ask<{ challenges: Challenge[] }>('GET', `/challenges?limit=${shown}`);
        if (this.wanted && !challenges.some(({ id }) => id === this.wanted)) {
          const older = await this.askForWanted();
          if (older) challenges.push(older);
        }
        this.challenges.clear();
        for (const challenge of challenges) this.challenges.set(challenge.id, challenge);
        this.note();
      } while (this.stale);
    } catch {
      // The stream of events tells that the server is gone.
    } finally {
      this.asking = false;
    }
  }

  // want has the feed know a Challenge even if it is not among the latest: the mock may know it still.
  want(id: string): void {
    this.wanted = id;
    this.nobodyKnows = '';
    if (id && this.state !== 'starting' && !this.challenges.has(id)) void this.refresh();
  }

  // knowsNothingOf tells that the mock was asked for the Challenge, and knows none.
  knowsNothingOf = (id: string): boolean => this.nobodyKnows === id;

  // askForWanted asks for the one that the list lacks.
  private async askForWanted(): Promise<Challenge | undefined> {
    const id = this.wanted;
    try {
      return await ask<Challenge>('GET', `/challenges/${id}`);
    } catch (failure) {
      if (!(failure instanceof Refusal)) throw failure;
      if (this.wanted === id) this.nobodyKnows = id;
      return undefined;
    }
  }

  // note tells the watchers, once for all that happened before the browser paints again.
  private note(): void {
    if (this.due) return;
    this.due = true;
    setTimeout(() => {
      this.due = false;
      for (const changed of this.watchers) changed();
    }, 16);
  }
}

const most = 1000; // entries, as many as the mock keeps
const shown = 200; // Challenges
