import { optionId } from '../../src/domain/ids.js';
import type { Polarity } from '../../src/domain/polarity.js';
import { aucByUser, type UserMeasure } from '../../src/models/evaluation/exposed-auc.js';
import { topPollsLister } from '../../src/models/evaluation/list-top-polls.js';
import { listedPolls } from '../../src/models/evaluation/listed-polls.js';
import type { OpenModel } from '../../src/models/evaluation/model-session.js';
import { groupByUser, type VoteRow } from '../../src/models/evaluation/vote-row.js';
import type { MeasureModel } from './evaluation-result.js';
import { POPULAR_FILE } from './model-files.js';

const LIST_LENGTH = 20;

/**
 * Exposed AUC of the popularity, and the share of users one of whose newest votes is on the first 20 polls they had not voted on.
 * Models are compared by the second: how popular a poll is says which polls are met, not how they are liked.
 */
export const measurePopular =
  (openModel: OpenModel, polarity: Polarity): MeasureModel =>
  async (files, { known, items }) => {
    const session = await openModel(await files(POPULAR_FILE));
    try {
      const scores = await listedPolls(session, 'segment');
      const exposedAuc = aucByUser(
        items.flatMap(({ vote }) => {
          const sign = polarity.get(optionId(vote.optionId ?? '')) ?? 0;
          const score = scores.get(vote.pollId) ?? 0;
          return sign === 0 ? [] : [{ user: vote.userId, score, positive: sign > 0 }];
        }),
      );
      const tests = groupByUser(items.map(({ vote }) => vote));
      const lists = await topPollsLister(session, 'segment')(
        [...tests.keys()].map((user) => ({
          asks: [],
          exclude: (known.get(user) ?? []).map((vote) => vote.pollId),
        })),
        LIST_LENGTH,
      );
      const hitRate = [...tests].map(([user, votes], row) => hit(user, votes, lists[row] ?? []));
      return { polls: scores.size, measures: { exposedAuc, hitRate20: hitRate }, decisive: hitRate };
    } finally {
      await session.release();
    }
  };

function hit(user: string, votes: readonly VoteRow[], list: readonly string[]): UserMeasure {
  const listed = new Set(list);
  return { user, value: votes.some((vote) => listed.has(vote.pollId)) ? 1 : 0, items: votes.length };
}
