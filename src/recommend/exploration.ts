import type { Poll } from '../domain/poll.js';
import { DAY, type Millis } from '../domain/time.js';
import type { Candidate } from './candidate.js';
import type { LiveCatalogue } from './live-catalogue.js';

/** A poll is new, and may take a place of exploration, up to this age and this many votes. */
export const NEW_POLL_AGE: Millis = 7 * DAY;
export const NEW_POLL_VOTES = 30;

export interface ExplorationOptions {
  readonly catalogue: LiveCatalogue;
  /** Whether this user may be shown the poll in this list. */
  readonly allowed: (poll: Poll) => boolean;
  /** Share of places, 0 to 1. */
  readonly share: number;
  readonly places: number;
  readonly now: Millis;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

function* newPolls(options: ExplorationOptions): Generator<Poll> {
  for (const poll of options.catalogue.newest()) {
    if (options.now - poll.createdAt > NEW_POLL_AGE) return;
    if (options.catalogue.stats(poll.id).votes < NEW_POLL_VOTES && options.allowed(poll)) yield poll;
  }
}

/**
 * New polls for some places of a list: `share` of the places on average, drawn at random among the new polls, fewer votes
 * first by weight 1/(1+votes). Returns at most as many as there are; their score is that of their place, once they have one.
 */
export function drawExploration(options: ExplorationOptions): Candidate[] {
  const expected = options.share * options.places;
  const wanted = Math.floor(expected) + (options.random() < expected % 1 ? 1 : 0);
  if (wanted === 0) return [];
  // Keys u^(1/w), largest first, draw without replacement by weight (Efraimidis and Spirakis, 2006).
  return [...newPolls(options)]
    .map((poll) => ({ poll, key: options.random() ** (1 + options.catalogue.stats(poll.id).votes) }))
    .sort((a, b) => b.key - a.key)
    .slice(0, wanted)
    .map(({ poll }) => ({
      poll,
      score: 0,
      kind: 'EXPLORATION' as const,
      because: null,
    }));
}

/**
 * Puts explored polls into a list: spread evenly, never in the first place, the list no longer than `places`. No model has
 * scored them: each takes the score of the poll before it.
 */
export function insertExploration(
  list: readonly Candidate[],
  explored: readonly Candidate[],
  places: number,
): Candidate[] {
  if (explored.length === 0) return list.slice(0, places);
  const ids = new Set(explored.map((candidate) => candidate.poll.id));
  const result = list
    .filter((candidate) => !ids.has(candidate.poll.id))
    .slice(0, Math.max(0, places - explored.length));
  const length = result.length + explored.length;
  explored.forEach((candidate, index) => {
    const place = Math.round(((index + 1) * length) / (explored.length + 1));
    const at = Math.min(Math.max(1, place), result.length);
    result.splice(at, 0, { ...candidate, score: result[at - 1]?.score ?? 0 });
  });
  return result;
}
