import type { UserFeatures } from '../domain/features.js';
import type { PollId } from '../domain/ids.js';
import type { Scenario } from '../domain/scenario.js';
import type { Millis } from '../domain/time.js';
import type { Candidate } from './candidate.js';
import { DiverseOrder, type WeighedCandidate } from './diverse-order.js';
import type { Exploration } from './exploration.js';
import { fatigue } from './fatigue.js';
import { pollLikeness } from './poll-likeness.js';
import type { ViewerContext } from './poll-lists.js';
import type { QuestionVectors } from './question-vectors.js';

/** The spread of the scores is taken over so many of the best candidates. */
export const SPREAD_OVER = 50;
/** Scores that differ by less are the same. */
const SMALLEST_SPREAD = 1e-9;
/** A hint of the caller lifts a poll by half a spread for its topic, and again for its language. */
const HINT = 0.5;

/**
 * The unit of all that moves places: twice the distance between the quartiles of the best scores, so about that between the
 * first and the fiftieth. It makes the settings mean the same for every model; quartiles, since a few polls far ahead of all
 * others must not shrink the differences between these.
 */
export function spreadOf(candidates: readonly Candidate[]): number {
  const best = candidates.slice(0, SPREAD_OVER);
  const at = (share: number): number => best[Math.round(share * (best.length - 1))]?.score ?? 0;
  const spread = 2 * (at(0.25) - at(0.75));
  if (spread > SMALLEST_SPREAD) return spread;
  const range = at(0) - at(1);
  return range > SMALLEST_SPREAD ? range : 1;
}

/** How far the caller's hints lift a candidate, in spreads. */
function lift({ poll: { topics, language } }: Candidate, context: ViewerContext): number {
  let sum = 0;
  if (topics.some((topic) => context.topics.includes(topic))) sum += HINT;
  if (language !== null && context.languages.includes(language)) sum += HINT;
  return sum;
}

export interface RerankOptions {
  readonly scenario: Scenario;
  readonly features: UserFeatures | null;
  readonly context: ViewerContext;
  readonly now: Millis;
  /** How many places are wanted. */
  readonly places: number;
  readonly questions: QuestionVectors;
  /** Null where no place may go to a new poll by chance. */
  readonly exploration: Exploration | null;
}

/**
 * Puts candidates, best first, into places: polls the user has been shown sink, hints lift, likeness to the places above
 * counts against a poll, and places after the first of the list may go to an explored one. Scores stay the strategy's own, so that
 * they mean the same on every page; an explored poll has the score of the place before it.
 */
export function rerank(candidates: readonly Candidate[], options: RerankOptions): Candidate[] {
  const { scenario, features, context, now, places, questions, exploration } = options;
  const sunk = features === null ? new Map<PollId, number>() : fatigue(features, scenario, now);
  const spread = spreadOf(candidates);
  const weighed = candidates.map(
    (candidate): WeighedCandidate => ({
      candidate,
      worth: candidate.score / spread - (sunk.get(candidate.poll.id) ?? 0) + lift(candidate, context),
    }),
  );
  const order = new DiverseOrder(weighed, {
    strength: scenario.diversity,
    likeness: pollLikeness(questions, scenario.topicWeight),
  });
  const list: Candidate[] = [];
  while (list.length < places) {
    const best = order.best();
    if (best === null) break;
    const next = exploration?.fill(best, list.at(-1)?.score ?? best.score) ?? best;
    list.push(next);
    order.place(next.poll);
    exploration?.placed(next.poll.id);
  }
  return list;
}
