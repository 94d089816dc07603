import type { Challenge, Entry } from './api';
import type { Feed } from './feed';

// Story is what belongs together: a Challenge with its issue, its answers and its redemptions, or one request that was
// about none.
export interface Story {
  key: string; // of the page that shows it, below /console/
  id?: string; // of the Challenge
  challenge?: Challenge;
  entries: Entry[]; // oldest first
  dialect: string;
  site: string;
  kind: string;
  at: number; // of the latest that happened
  order: number; // rises with what happened
}

// Verdict is how things stand, as a word and a mood, which has a colour.
export interface Verdict {
  text: string;
  mood: Mood;
}

export type Mood = 'good' | 'bad' | 'wait' | 'done' | 'over';

// tell makes the stories of a feed, the latest first.
export function tell(feed: Feed): Story[] {
  const stories = new Map<string, Story>();
  for (const challenge of feed.challenges.values()) {
    const key = `challenges/${challenge.id}`;
    stories.set(key, {
      key,
      id: challenge.id,
      challenge,
      entries: [],
      dialect: challenge.dialect,
      site: challenge.site,
      kind: challenge.kind,
      at: Date.parse(challenge.issued_at),
      order: 0,
    });
  }
  for (const entry of feed.entries.values()) add(stories, entry);
  return [...stories.values()].sort((a, b) => b.order - a.order || b.at - a.at);
}

function add(stories: Map<string, Story>, entry: Entry): void {
  const key = entry.id ? `challenges/${entry.id}` : `requests/${entry.seq}`;
  let story = stories.get(key);
  if (!story) {
    story = { key, id: entry.id, entries: [], dialect: '', site: '', kind: '', at: 0, order: 0 };
    stories.set(key, story);
  }
  story.entries.push(entry);
  story.dialect ||= entry.dialect ?? '';
  story.site ||= entry.site ?? '';
  story.at = Math.max(story.at, Date.parse(entry.at));
  story.order = Math.max(story.order, entry.seq);
}

// verdictOf is how a story stands.
export function verdictOf(story: Story, now: number): Verdict {
  const last = story.entries.filter((entry) => entry.step).at(-1);
  const { challenge } = story;
  if (challenge?.redeemed && last?.step !== 'redeem') return { text: 'Redeemed', mood: 'done' };
  if (challenge?.solved && last?.step !== 'redeem' && !(last?.step === 'answer' && last.outcome === 'right')) {
    return { text: 'Solved', mood: 'good' };
  }
  if (last && !(last.step === 'issue' && last.outcome === 'right')) return verdictOn(last);
  if (challenge) {
    const over = challenge.outcome === 'expired' || Date.parse(challenge.expires_at) <= now;
    return over ? { text: 'Expired', mood: 'over' } : { text: 'Waiting', mood: 'wait' };
  }
  return last || !story.entries[0] ? { text: 'Issued', mood: 'wait' } : verdictOn(story.entries[0]);
}

const done: Record<string, Verdict> = {
  issue: { text: 'Issued', mood: 'wait' },
  answer: { text: 'Solved', mood: 'good' },
  redeem: { text: 'Redeemed', mood: 'done' },
};

// refused are what is refused in each step.
const refused: Record<string, string> = { issue: 'Not issued:', answer: 'Answer', redeem: 'Pass' };

// verdictOn is how one request ended.
export function verdictOn(entry: Entry): Verdict {
  if (entry.step && entry.outcome === 'right') return done[entry.step] ?? { text: entry.step, mood: 'good' };
  if (entry.step === 'answer' && entry.outcome === 'wrong') return { text: 'Wrong answer', mood: 'bad' };
  if (entry.step && entry.outcome)
    return { text: `${refused[entry.step] ?? entry.step} ${entry.outcome}`, mood: 'bad' };
  if (entry.status === 0) return { text: 'No answer', mood: 'bad' };
  if (entry.because || entry.status >= 400) return { text: 'Refused', mood: 'bad' };
  return { text: 'Answered', mood: 'over' };
}
