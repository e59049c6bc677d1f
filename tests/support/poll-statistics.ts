import type { CatalogueEntry } from '../../src/datasources/catalogue/catalogue-store.js';
import { NO_LIVE_COUNTS } from '../../src/datasources/catalogue/live-votes.js';
import { optionId, pollId } from '../../src/domain/ids.js';
import type { Poll } from '../../src/domain/poll.js';
import type { PollStatistics } from '../../src/domain/popularity.js';

/** Statistics of a poll of which the test says only what matters; by default nobody has voted. */
export const pollStatistics = (
  id: string,
  {
    votes = {},
    ...more
  }: Partial<PollStatistics> & { readonly votes?: Readonly<Record<string, number>> } = {},
): PollStatistics => ({
  pollId: pollId(id),
  optionVotes: Object.entries(votes).map(([option, count]) => ({ optionId: optionId(option), votes: count })),
  votesLastDay: 0,
  decayed: { established: 0, first: 0, at: 0 },
  firstVoteOdds: 1,
  prior: { share: 0.5, weight: 5 },
  trend: 0,
  through: 0,
  ...more,
});

/** A poll in the live catalogue; by default no flow has counted it and nobody has voted since. */
export const catalogueEntry = (poll: Poll, more: Partial<CatalogueEntry> = {}): CatalogueEntry => ({
  poll,
  statistics: null,
  liveVotes: NO_LIVE_COUNTS.votes,
  liveActivity: NO_LIVE_COUNTS.activity,
  ...more,
});
