import type { ListTally } from './list-tally.js';
import type { ListRow, ListTopPolls } from './list-top-polls.js';
import { ndcgAt, type RecallDenominator, recallAt } from './ranking-metrics.js';
import { testUsers, tokensOf } from './test-users.js';
import type { UserMeasure } from './user-summary.js';
import type { EvaluationSet, TestItem, VoteRow } from './vote-row.js';

export const RANKING_LENGTH = 20;

export interface RankingMeasures {
  readonly recall20: readonly UserMeasure[];
  readonly ndcg20: readonly UserMeasure[];
}

export interface RankingOptions {
  readonly denominator?: RecallDenominator;
  /** What the model reads, of what is known of a user; by default the whole history. */
  readonly asks?: (known: readonly VoteRow[]) => readonly string[];
  /** Take every list, too. */
  readonly tallies?: readonly ListTally[];
  /** Told how many users are done. */
  readonly onDone?: (users: number) => void;
}

/**
 * Full ranking: every poll outside the user's history is a candidate, ordered by `score`; the user's test polls are what
 * should come first. Lists are made and judged batch by batch, so that memory does not grow with the users.
 */
export async function measureRanking(
  set: Pick<EvaluationSet, 'items' | 'known'>,
  list: ListTopPolls,
  { denominator = 'all', asks = tokensOf, tallies = [], onDone = () => {} }: RankingOptions = {},
): Promise<RankingMeasures> {
  const users = testUsers(set);
  const rows = {
    widths: users.map(({ known }) => known.length),
    at: (place: number): ListRow => {
      const known = users[place]?.known ?? [];
      return { asks: asks(known), exclude: known.map((vote) => vote.pollId) };
    },
  };
  const recall20 = new Array<UserMeasure>(users.length);
  const ndcg20 = new Array<UserMeasure>(users.length);
  let done = 0;
  for await (const { place, polls } of list(rows, RANKING_LENGTH)) {
    const { user = '', places = [] } = users[place] ?? {};
    const tests = places.map((item) => (set.items[item] as TestItem).vote);
    const wanted = new Set(tests.map((vote) => vote.pollId));
    const value = (of: number): UserMeasure => ({ user, items: wanted.size, value: of });
    recall20[place] = value(recallAt(polls, wanted, { length: RANKING_LENGTH, denominator }));
    ndcg20[place] = value(ndcgAt(polls, wanted, RANKING_LENGTH));
    for (const tally of tallies) tally.add({ user, polls, at: tests[0]?.votedAt ?? null });
    done += 1;
    onDone(done);
  }
  return { recall20, ndcg20 };
}
