import type { UserFeatures } from '../domain/features.js';
import type { PollId } from '../domain/ids.js';
import { DAY, type Millis } from '../domain/time.js';
import type { Candidate } from './candidate.js';
import type { ViewerContext } from './poll-lists.js';

/** What each impression without a vote leaves of a poll's score, right after it. */
const IMPRESSION_FACTOR = 0.7;
/** A skip says more than an impression. */
const SKIP_FACTOR = 0.3;
/** After this long an impression or a skip weighs half. */
const FATIGUE_HALF_LIFE: Millis = 2 * DAY;
/** What each of the last three places with the same topic leaves of a poll's score. */
const SAME_TOPIC_FACTOR = 0.99;
const TOPIC_WINDOW = 3;
/** A hint of the caller lifts a poll by this factor for its topic, and again for its language. */
const CONTEXT_FACTOR = 1.25;

/** Scores may be negative: a factor below one must always push down. */
const scale = (score: number, factor: number): number => (score >= 0 ? score * factor : score / factor);

/** The factor by which polls that the user was shown or skipped lately sink, by poll. */
export function fatigue(features: UserFeatures, now: Millis): Map<PollId, number> {
  const factors = new Map<PollId, number>();
  const sink = (id: PollId, factor: number, at: Millis, times: number): void => {
    const weight = 2 ** (-Math.max(0, now - at) / FATIGUE_HALF_LIFE);
    factors.set(id, (factors.get(id) ?? 1) * factor ** (times * weight));
  };
  for (const { pollId, count, lastSeenAt } of features.impressions)
    sink(pollId, IMPRESSION_FACTOR, lastSeenAt, count);
  for (const { pollId, kind, occurredAt } of features.history) {
    if (kind === 'SKIP') sink(pollId, SKIP_FACTOR, occurredAt, 1);
  }
  return factors;
}

/** The factor by which the caller's hints lift a candidate. */
function contextFactor(candidate: Candidate, context: ViewerContext): number {
  const { topics, language } = candidate.poll;
  let factor = 1;
  if (context.topics.length > 0 && topics.some((topic) => context.topics.includes(topic)))
    factor *= CONTEXT_FACTOR;
  if (language !== null && context.languages.includes(language)) factor *= CONTEXT_FACTOR;
  return factor;
}

export interface RerankOptions {
  readonly features: UserFeatures | null;
  readonly context: ViewerContext;
  readonly now: Millis;
  /** How many places are wanted. */
  readonly places: number;
}

/**
 * Orders candidates for the page: polls the user has been shown sink, hints lift, and greedily each place goes to the
 * best remaining poll after a small discount for the topics of the three places before. Works on a copy; scores of the
 * answer stay the strategy's own, so that they mean the same on every page.
 */
export function rerank(candidates: readonly Candidate[], options: RerankOptions): Candidate[] {
  const sunk = options.features === null ? new Map<PollId, number>() : fatigue(options.features, options.now);
  const waiting = candidates
    .map((candidate) => {
      const factor = (sunk.get(candidate.poll.id) ?? 1) * contextFactor(candidate, options.context);
      return { candidate, worth: scale(candidate.score, factor) };
    })
    .sort((a, b) => b.worth - a.worth);
  // Only the head can win a place; a bound keeps the greedy choice cheap for long candidate lists.
  waiting.length = Math.min(waiting.length, options.places * 4);
  const chosen: Candidate[] = [];
  while (chosen.length < options.places && waiting.length > 0) {
    const recent = chosen.slice(-TOPIC_WINDOW);
    let best = 0;
    let bestWorth = Number.NEGATIVE_INFINITY;
    waiting.forEach(({ candidate, worth }, index) => {
      const repeats = recent.filter((item) => item.poll.topics[0] === candidate.poll.topics[0]).length;
      const discounted = scale(worth, SAME_TOPIC_FACTOR ** repeats);
      if (discounted > bestWorth) {
        best = index;
        bestWorth = discounted;
      }
    });
    const [winner] = waiting.splice(best, 1);
    if (winner === undefined) break;
    chosen.push(winner.candidate);
  }
  return chosen;
}
