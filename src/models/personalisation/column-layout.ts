import type { PollPriors } from './poll-priors.js';
import type { PollSigns } from './poll-signs.js';
import type { PersonalisationSettings } from './settings.js';

/**
 * Which polls get columns in the matrix: a poll with sides one signed column, any other one for each option. Polls with sides come
 * first, so that column c < `polarCount` is also the place of a poll among those that get a personal score.
 */
export interface ColumnLayout {
  readonly columnCount: number;
  readonly polarCount: number;
  /** Catalogue places of the polls with columns: those with sides first, most voted first. */
  readonly polls: Int32Array;
  /** First column of each of `polls`. */
  readonly firstColumns: Int32Array;
  /** By catalogue place: the place in `polls`, or -1. */
  readonly slots: Int32Array;
}

/** Takes the most-voted polls until the columns are used up; equal counts keep the order of the catalogue. */
export function layOutColumns(
  signs: readonly PollSigns[],
  priors: PollPriors,
  { maxColumns, minVotes }: PersonalisationSettings,
): ColumnLayout {
  const votesOf = (poll: number): number => priors.votes[poll] as number;
  const width = (poll: number): number => {
    const of = signs[poll] as PollSigns;
    return of.polar ? 1 : of.values.length;
  };
  const byVotes = signs
    .map((_, poll) => poll)
    .filter((poll) => votesOf(poll) >= minVotes)
    .sort((a, b) => votesOf(b) - votesOf(a) || a - b);
  const taken: number[] = [];
  let used = 0;
  for (const poll of byVotes) {
    if (used + width(poll) > maxColumns) continue;
    used += width(poll);
    taken.push(poll);
  }
  const polar = taken.filter((poll) => signs[poll]?.polar === true);
  const polls = Int32Array.from([...polar, ...taken.filter((poll) => signs[poll]?.polar !== true)]);
  const firstColumns = new Int32Array(polls.length);
  const slots = new Int32Array(signs.length).fill(-1);
  let next = 0;
  polls.forEach((poll, slot) => {
    firstColumns[slot] = next;
    slots[poll] = slot;
    next += width(poll);
  });
  return { columnCount: used, polarCount: polar.length, polls, firstColumns, slots };
}
