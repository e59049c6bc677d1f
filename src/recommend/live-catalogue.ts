import type { OptionId, PollId } from '../domain/ids.js';
import type { Poll } from '../domain/poll.js';

/** A poll's numbers as of now: the flow's counts and the votes since. */
export interface LivePollStats {
  readonly votes: number;
  readonly votesLastDay: number;
  /** The popularity that lists are ordered by. */
  readonly score: number;
  readonly optionVotes: ReadonlyMap<OptionId, number>;
}

/** The catalogue in memory, kept up to date from the shared store. Reads cost a map look-up. */
export interface LiveCatalogueView {
  poll(id: PollId): Poll | null;
  stats(id: PollId): LivePollStats;
  /** All polls of any status, in no order. */
  polls(): Iterable<Poll>;
  readonly size: number;
}
