import type { OptionId } from '../../domain/ids.js';
import { addDecayed, type DecayedVotes, type OptionVotes } from '../../domain/popularity.js';
import type { Millis } from '../../domain/time.js';

/** What one vote moves: up for its option, down for the one it replaces. */
export interface VoteMove {
  readonly optionId: OptionId | null;
  readonly replaced: OptionId | null;
  readonly isEstablished: boolean;
  /** When the user did it. */
  readonly at: Millis;
}

/** Votes counted live, by option and by voter. */
export interface LiveCounts {
  /** Options that come out at zero are left out. */
  readonly votes: readonly OptionVotes[];
  readonly activity: DecayedVotes;
}

export const NO_LIVE_COUNTS: LiveCounts = { votes: [], activity: { established: 0, first: 0, at: 0 } };

/** The counts with the moves made. */
export function moveVotes(counts: LiveCounts, moves: Iterable<VoteMove>): LiveCounts {
  const sums = new Map(counts.votes.map(({ optionId, votes }) => [optionId, votes]));
  let { activity } = counts;
  const add = (optionId: OptionId | null, votes: number): void => {
    if (optionId !== null) sums.set(optionId, (sums.get(optionId) ?? 0) + votes);
  };
  for (const { optionId, replaced, isEstablished, at } of moves) {
    add(optionId, 1);
    add(replaced, -1);
    // Who votes again, or takes a vote back and gives it again, is still one voter.
    const voters = (optionId === null ? 0 : 1) - (replaced === null ? 0 : 1);
    if (voters === 0) continue;
    activity = addDecayed(activity, {
      established: isEstablished ? voters : 0,
      first: isEstablished ? 0 : voters,
      at,
    });
  }
  const votes = [...sums]
    .filter(([, count]) => count !== 0)
    .map(([optionId, count]) => ({ optionId, votes: count }));
  return { votes, activity };
}
