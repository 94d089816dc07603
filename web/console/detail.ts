import { ask, type Entry, type Solution } from './api';
import { now } from './clock';
import { copyButton } from './copy';
import { button, h, replace } from './dom';
import { exchange } from './exchange';
import type { Feed } from './feed';
import { attempt, say } from './notice';
import type { Site } from './site';
import { inWords, Stage } from './stage';
import { type Story, verdictOf, verdictOn } from './stories';
import { ago, length, rounded, timeOfDay, vendor } from './words';

// Detail shows one story, and follows it as it goes on.
export class Detail {
  readonly element = h('article', { class: 'detail', 'aria-label': 'Details' });
  private readonly head = h('header', { class: 'detail-head' });
  private readonly facts = h('p', { class: 'facts' });
  private readonly times = h('span');
  private readonly attempts = h('div', { class: 'attempts', role: 'group', 'aria-label': 'Answers' });
  private readonly judgement = h('div', { class: 'judgement' });
  private readonly actions = h('div', { class: 'actions' });
  private readonly outcome = h('div', { class: 'made' });
  private readonly exchanges = h('section', { class: 'exchanges', 'aria-label': 'Requests and replies' });
  readonly key: string;
  private stage?: Stage;
  private chosen?: number; // the seq of the answer that is looked at; undefined: the latest
  private drawn = '';
  private happened = ''; // when the rules were read
  private allowed = Number.POSITIVE_INFINITY; // answers, by the site's rules

  constructor(
    private readonly feed: Feed,
    private story: Story,
  ) {
    this.key = story.key;
  }

  // update shows how the story stands.
  update(story: Story): void {
    this.story = story;
    this.writeHead(story);
    const happened = JSON.stringify([story.challenge, story.entries.map(({ seq }) => seq)]);
    const state = JSON.stringify([happened, this.chosen, this.standing()]);
    if (state === this.drawn) return;
    this.drawn = state;
    void this.readRules(happened);
    if (!this.element.firstChild) this.build(story);
    if (!this.stage && story.challenge) this.addStage(story);
    this.writeAttempts(story);
    this.writeActions(story);
    this.writeExchanges(story);
  }

  // readRules asks how many answers there may be, anew whenever something happened: rules change.
  private async readRules(happened: string): Promise<void> {
    if (happened === this.happened || !this.story.challenge) return;
    this.happened = happened;
    try {
      const { attempts } = await ask<Site>('GET', `/sites/${encodeURIComponent(this.story.challenge.site)}`);
      this.allowed = attempts;
      this.update(this.story);
    } catch {
      // The site is gone: the mock says itself what it refuses.
    }
  }

  // standing is whether the Challenge can be answered.
  private standing(): Standing {
    const { challenge } = this.story;
    if (!challenge) return 'open';
    if (challenge.solved) return 'solved';
    if (Date.parse(challenge.expires_at) <= now()) return 'expired';
    return challenge.attempts >= this.allowed ? 'exhausted' : 'open';
  }

  stop(): void {
    this.stage?.stop();
  }

  private build(story: Story): void {
    replace(
      this.element,
      this.head,
      this.facts,
      h(
        'div',
        { class: 'board', hidden: !story.id },
        h('div', { class: 'side' }, this.attempts, this.judgement, this.actions, this.outcome),
      ),
      story.id ? undefined : this.judgement,
      h('h3', {}, 'What was sent and answered'),
      this.exchanges,
    );
  }

  private addStage({ challenge }: Story): void {
    if (!challenge) return;
    this.stage = new Stage(challenge);
    this.element.querySelector('.board')?.prepend(this.stage.element);
  }

  private writeHead(story: Story): void {
    const verdict = verdictOf(story, now());
    const title = titleOf(story);
    const text = [title, verdict.text].join('|');
    if (this.head.dataset.text !== text) {
      this.head.dataset.text = text;
      replace(
        this.head,
        h('h2', { tabindex: -1 }, story.dialect && h('span', { class: 'dot', 'data-vendor': story.dialect }), title),
        h('span', { class: 'pill', 'data-mood': verdict.mood }, verdict.text),
      );
    }
    if (!this.facts.firstChild) this.writeFacts(story);
    this.times.textContent = timesOf(story, this.standing());
  }

  private writeFacts({ id, site }: Story): void {
    replace(
      this.facts,
      id &&
        h(
          'span',
          { class: 'copied' },
          h('code', { class: 'id' }, id),
          copyButton('the id', () => id),
        ),
      site && h('span', {}, 'site ', h('code', {}, site)),
      this.times,
    );
  }

  private writeAttempts(story: Story): void {
    const answers = story.entries.filter((entry) => entry.step === 'answer');
    const looked = answers.find(({ seq }) => seq === this.chosen) ?? answers.at(-1);
    const focused = this.attempts.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset.seq
      : '';
    replace(
      this.attempts,
      ...answers.map((entry, i) => {
        const verdict = verdictOn(entry);
        return button(`Answer ${i + 1}: ${entry.outcome}`, () => this.look(entry.seq), {
          'aria-pressed': String(entry === looked),
          'data-mood': verdict.mood,
          'data-seq': entry.seq,
        });
      }),
    );
    if (focused) this.attempts.querySelector<HTMLElement>(`[data-seq="${focused}"]`)?.focus();
    this.attempts.hidden = answers.length < 2;
    this.stage?.show(looked);
    this.writeJudgement(story, looked);
  }

  private look(seq: number): void {
    this.chosen = seq;
    this.update(this.story);
  }

  // writeJudgement says what was right and what was given, and why something was refused.
  private writeJudgement(story: Story, looked: Entry | undefined): void {
    const solution = story.challenge?.solution;
    const rows = h('dl', { class: 'compare' });
    const row = (term: string, ...text: (string | HTMLElement)[]) =>
      rows.append(h('div', {}, h('dt', {}, term), h('dd', {}, ...text)));
    if (looked?.answer) row('Given', h('code', {}, inWords(looked.answer)));
    if (solution) row('Right', h('code', {}, inWords(solution)));
    const off = solution && looked?.answer && distance(looked.answer, solution);
    if (off) row('Off by', off);
    const refused = (entry: Entry | undefined) => entry !== undefined && reasonOf(entry, solution) !== '';
    const told = refused(looked) ? looked : story.entries.findLast(refused);
    replace(
      this.judgement,
      rows.childElementCount > 0 && rows,
      told &&
        h(
          'div',
          { class: 'because' },
          h('h3', {}, `${verdictOn(told).text}: why, and what would pass`),
          h('p', {}, reasonOf(told, solution)),
        ),
    );
  }

  private writeActions(story: Story): void {
    const { id, challenge } = story;
    if (!id || !challenge) return;
    const act = (text: string, path: string, help: string, done: string, disabled = false) =>
      button(text, () => void this.act(id, path, done), { title: help, disabled });
    const standing = this.standing();
    const closed = standing === 'expired' || standing === 'exhausted';
    const solving = closed
      ? `It cannot be solved any more: ${endings[standing]}`
      : 'As if the visitor had: makes a genuine pass';
    const focused = this.actions.contains(document.activeElement) ? document.activeElement?.textContent : '';
    replace(
      this.actions,
      !challenge.solved && act('Solve', 'solve', solving, 'Solved', closed),
      act('Expire', 'expire', 'From now on it is too old', 'Expired'),
      !challenge.redeemed && act('Spend', 'spend', 'As if the pass had been redeemed already', 'Spent'),
    );
    for (const made of this.actions.querySelectorAll('button'))
      if (focused && made.textContent === focused) made.focus();
  }

  private act(id: string, path: string, done: string): Promise<void> {
    return attempt(async () => {
      const answer = await ask<{ pass?: unknown } | undefined>('POST', `/challenges/${id}/${path}`);
      say(done);
      if (answer?.pass !== undefined) this.showPass(answer.pass);
      await this.feed.refresh();
    });
  }

  private showPass(pass: unknown): void {
    const text = JSON.stringify(pass, null, 2);
    replace(
      this.outcome,
      h(
        'div',
        { class: 'pane-head' },
        h('h3', {}, 'The pass, as the vendor’s page gets it'),
        copyButton('the pass', () => text),
      ),
      h('pre', { tabindex: 0, role: 'region', 'aria-label': 'Pass' }, h('code', {}, text)),
    );
  }

  private writeExchanges(story: Story): void {
    for (const entry of story.entries) {
      if (this.exchanges.querySelector(`[data-seq="${entry.seq}"]`)) continue;
      this.exchanges.append(exchange(entry, story.entries.length === 1 && !story.id));
    }
    if (!story.entries.length) {
      replace(
        this.exchanges,
        h('p', { class: 'quiet', 'data-seq': 'none' }, 'No request of a vendor’s: it was made by the control API.'),
      );
    } else this.exchanges.querySelector('[data-seq="none"]')?.remove();
  }
}

type Standing = 'open' | 'solved' | 'expired' | 'exhausted';

// endings are why a Challenge can be answered no more; that it is solved stands above.
const endings: Partial<Record<Standing, string>> = {
  solved: '',
  expired: 'too old to be answered',
  exhausted: 'all attempts are used up',
};

// titleOf is what a story is about.
function titleOf({ id, dialect, kind, entries: [first] }: Story): string {
  const about = id || !first ? kind : `${first.method} ${first.path}`;
  return [dialect && vendor(dialect), about].filter(Boolean).join(' · ') || 'A challenge';
}

// timesOf is when it began, and how long it can be answered.
function timesOf({ challenge, at }: Story, standing: Standing): string {
  if (!challenge) return `sent ${timeOfDay(at)}, ${ago(now() - at)}`;
  const begun = Date.parse(challenge.issued_at);
  const left = Math.round((Date.parse(challenge.expires_at) - now()) / 1000);
  const until = endings[standing] ?? `can be answered for ${length(Math.max(left, 0))}`;
  return `issued ${timeOfDay(begun)}, ${ago(now() - begun)}${until && ` · ${until}`}`;
}

// reasonOf is why a request was refused; '': it was not.
function reasonOf(entry: Entry, right?: Solution): string {
  if (entry.because) return entry.because;
  if (entry.outcome === 'right' || !entry.step) return '';
  if (entry.outcome === 'wrong' && entry.answer && right) return mistake(entry.answer, right);
  return reasons[entry.outcome ?? ''] ?? '';
}

// mistake tells what was wrong about an answer.
function mistake(given: Solution, right: Solution): string {
  if (given.x !== undefined && right.x !== undefined) {
    const off = given.x - right.x;
    const side = off > 0 ? 'right' : 'left';
    if (Math.abs(off) < 1) return 'The answer was right, and the script said it is wrong.';
    return `The piece was put ${rounded(Math.abs(off))} px too far to the ${side}: at x = ${rounded(given.x)}. It belongs to x = ${rounded(right.x)}.`;
  }
  return `What was given is ${inWords(given)}. What would pass is ${inWords(right)}.`;
}

// reasons are for refusals about which the server has nothing to add.
const reasons: Record<string, string> = {
  wrong: 'The answer was judged, and is not the right one.',
  expired: 'It was too old: send it sooner, or turn back the clock.',
  used: 'It was used before, and is good once. Each try needs a challenge of its own.',
  exhausted: 'There were too many wrong answers. The site’s rules say how many there may be.',
  limited: 'There were too many requests from one address.',
  unknown: 'No such challenge or pass is known for this site.',
  foreign: 'The pass is good, but for another subject.',
  busy: 'The vendor was told to be busy.',
  internal: 'The vendor was told to fail, or did: the log says more.',
};

// distance is how far an answer is from what is right.
function distance(given: Solution, right: Solution): string {
  if (given.x !== undefined && right.x !== undefined) return `${rounded(Math.abs(given.x - right.x))} px`;
  if (!given.points || !right.points) return '';
  return right.points
    .map(([x, y], i) => {
      const point = given.points?.[i];
      return point ? `${rounded(Math.hypot(point[0] - x, point[1] - y))} px` : 'none';
    })
    .join(', ');
}
