import type { Polarity } from '../../src/domain/polarity.js';
import { answerAuc, likingAuc, predictItems } from '../../src/models/evaluation/exposed-protocol.js';
import { listedPolls } from '../../src/models/evaluation/listed-polls.js';
import type { OpenModel } from '../../src/models/evaluation/model-session.js';
import { candidateScorer } from '../../src/models/evaluation/score-candidates.js';
import type { MeasureModel } from './evaluation-result.js';
import { PERSONALISATION_FILES } from './model-files.js';

/** Exposed AUC of `liking`, by which models are compared, and AUC of `answer`. */
export const measurePersonalisation =
  (openModel: OpenModel, polarity: Polarity): MeasureModel =>
  async (files, votes) => {
    const topPolls = await openModel(await files(PERSONALISATION_FILES.topPolls));
    const polls = await listedPolls(topPolls, 'history').finally(() => topPolls.release());
    const ranking = await openModel(await files(PERSONALISATION_FILES.ranking));
    try {
      const predictions = await predictItems(votes, candidateScorer(ranking));
      const exposedAuc = likingAuc(predictions, polarity);
      const answeredAuc = answerAuc(predictions, polarity);
      return { polls: polls.size, measures: { exposedAuc, answeredAuc }, decisive: exposedAuc };
    } finally {
      await ranking.release();
    }
  };
