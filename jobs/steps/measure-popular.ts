import { HunchError } from '../../src/domain/errors.js';
import { optionId } from '../../src/domain/ids.js';
import type { Polarity } from '../../src/domain/polarity.js';
import { aucByUser } from '../../src/models/evaluation/exposed-auc.js';
import { topPollsLister } from '../../src/models/evaluation/list-top-polls.js';
import { listedPolls } from '../../src/models/evaluation/listed-polls.js';
import type { OpenModel } from '../../src/models/evaluation/model-session.js';
import type { MeasureModel, ModelFiles } from './evaluation-result.js';
import { measureLists } from './measure-lists.js';
import { POPULAR_FILE, POPULAR_GATE_FILE } from './model-files.js';
import { withModel } from './with-model.js';

/**
 * Exposed AUC of the popularity, what the lists are like, and the share of users one of whose newest votes is on the first 20 polls
 * they had not voted on. Models are compared by the last: how popular a poll is says which polls are met, not how they are liked.
 * Measured on the copy that has not counted held-back votes; that the served file is sound is seen by loading and asking it.
 */
export const measurePopular =
  (openModel: OpenModel, polarity: Polarity): MeasureModel =>
  async (files, votes) => {
    const served = await withModel(openModel, await files(POPULAR_FILE), (session) =>
      listedPolls(session, 'segment'),
    );
    const lists = await withModel(openModel, await uncountedFile(files), async (session) => {
      const scores = await listedPolls(session, 'segment');
      const list = topPollsLister(session, 'segment');
      return { scores, ...(await measureLists(votes, { list, polls: scores.keys(), asks: () => [] })) };
    });
    const exposedAuc = aucByUser(
      votes.items.flatMap(({ vote }) => {
        const sign = polarity.get(optionId(vote.optionId ?? '')) ?? 0;
        const score = lists.scores.get(vote.pollId) ?? 0;
        return sign === 0 ? [] : [{ user: vote.userId, score, positive: sign > 0 }];
      }),
    );
    const hitRate20 = lists.measures.recall20.map((one) => ({ ...one, value: one.value > 0 ? 1 : 0 }));
    return {
      polls: served.size,
      measures: { exposedAuc, hitRate20, ...lists.measures },
      figures: lists.figures,
      decisive: ['hitRate20'],
    };
  };

/** A model from elsewhere has no such copy; it has not counted our votes at all. */
async function uncountedFile(files: ModelFiles): Promise<string> {
  try {
    return await files(POPULAR_GATE_FILE);
  } catch (error) {
    if (error instanceof HunchError && error.code === 'NOT_FOUND') return files(POPULAR_FILE);
    throw error;
  }
}
