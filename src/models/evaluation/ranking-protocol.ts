import type { UserMeasure } from './exposed-auc.js';
import { tokensOf } from './exposed-protocol.js';
import type { ListRow, ListTopPolls } from './list-top-polls.js';
import { ndcgAt, type RecallDenominator, recallAt } from './ranking-metrics.js';
import type { EvaluationSet } from './vote-row.js';

export const RANKING_LENGTH = 20;

export interface RankingMeasures {
  readonly recall: UserMeasure[];
  readonly ndcg: UserMeasure[];
}

/**
 * Full ranking: every poll outside the user's history is a candidate, ordered by `score`; the user's test polls are what
 * should come first. Users in the order in which they first come up in the test.
 */
export async function rankingMeasures(
  { items, known }: Pick<EvaluationSet, 'items' | 'known'>,
  list: ListTopPolls,
  denominator: RecallDenominator,
): Promise<RankingMeasures> {
  const relevant = new Map<string, Set<string>>();
  for (const { vote } of items) {
    const own = relevant.get(vote.userId) ?? new Set<string>();
    own.add(vote.pollId);
    relevant.set(vote.userId, own);
  }
  const rows = [...relevant.keys()].map((user): ListRow => {
    const history = known.get(user) ?? [];
    return { asks: tokensOf(history), exclude: history.map((vote) => vote.pollId) };
  });
  const lists = await list(rows, RANKING_LENGTH);
  const recall: UserMeasure[] = [];
  const ndcg: UserMeasure[] = [];
  [...relevant].forEach(([user, wanted], row) => {
    const ranked = lists[row] ?? [];
    const base = { user, items: wanted.size };
    recall.push({ ...base, value: recallAt(ranked, wanted, { length: RANKING_LENGTH, denominator }) });
    ndcg.push({ ...base, value: ndcgAt(ranked, wanted, RANKING_LENGTH) });
  });
  return { recall, ndcg };
}
