import type { OptionId } from '../../domain/ids.js';
import type { OptionVotes } from '../../domain/popularity.js';

/** What one vote moves: up for its option, down for the one it replaces. */
export interface VoteMove {
  readonly optionId: OptionId | null;
  readonly replaced: OptionId | null;
}

/** The counts with the moves made; options that come out at zero are left out. */
export function moveVotes(counts: readonly OptionVotes[], moves: Iterable<VoteMove>): OptionVotes[] {
  const sums = new Map(counts.map(({ optionId, votes }) => [optionId, votes]));
  const add = (optionId: OptionId | null, votes: number): void => {
    if (optionId !== null) sums.set(optionId, (sums.get(optionId) ?? 0) + votes);
  };
  for (const { optionId, replaced } of moves) {
    add(optionId, 1);
    add(replaced, -1);
  }
  return [...sums].filter(([, votes]) => votes !== 0).map(([optionId, votes]) => ({ optionId, votes }));
}
