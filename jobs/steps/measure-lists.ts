import { ListTally } from '../../src/models/evaluation/list-tally.js';
import type { ListTopPolls } from '../../src/models/evaluation/list-top-polls.js';
import {
  measureRanking,
  RANKING_LENGTH,
  type RankingOptions,
} from '../../src/models/evaluation/ranking-protocol.js';
import type { UserMeasures } from '../../src/models/evaluation/user-summary.js';
import type { HeldBackVotes } from './held-back-votes.js';

/** What the lists of held-back users are worth. */
export interface ListMetrics {
  readonly measures: UserMeasures & Readonly<Record<'recall20' | 'ndcg20', UserMeasures[string]>>;
  readonly figures: Readonly<Record<string, number>>;
}

/** Recall, NDCG and novelty of the first 20 polls, and the share of `polls`, all that the model can give, that anyone gets. */
export async function measureLists(
  votes: HeldBackVotes,
  {
    list,
    polls,
    asks,
  }: Pick<RankingOptions, 'asks'> & {
    readonly list: ListTopPolls;
    readonly polls: Iterable<string>;
  },
): Promise<ListMetrics> {
  const unknown = { topics: [], createdAt: null };
  const catalogue = {
    polls: new Map([...polls].map((poll) => [poll, unknown])),
    counts: votes.counts,
    likeness: null,
  };
  const tally = new ListTally(catalogue, RANKING_LENGTH);
  const ranking = await measureRanking(votes, list, {
    tallies: [tally],
    ...(asks === undefined ? {} : { asks }),
  });
  const { novelty20 = [] } = tally.measures();
  const { lists, coverage } = tally.summary(new Map());
  return {
    measures: { ...ranking, novelty20 },
    figures: lists === 0 ? {} : { coverage20: coverage },
  };
}
