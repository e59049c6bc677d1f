import type { Polarity } from '../../src/domain/polarity.js';
import { exposedMeasures } from '../../src/models/evaluation/exposed-measures.js';
import { predictItems } from '../../src/models/evaluation/exposed-protocol.js';
import { topPollsLister } from '../../src/models/evaluation/list-top-polls.js';
import { listedPolls } from '../../src/models/evaluation/listed-polls.js';
import type { OpenModel } from '../../src/models/evaluation/model-session.js';
import { candidateScorer } from '../../src/models/evaluation/score-candidates.js';
import type { MeasureModel } from './evaluation-result.js';
import { measureLists } from './measure-lists.js';
import { PERSONALISATION_FILES } from './model-files.js';
import { withModel } from './with-model.js';

/**
 * Exposed AUC of `liking` and AUC of `answer`, by both of which models are compared; how far both are from being chances; and what the
 * lists are like.
 */
export const measurePersonalisation =
  (openModel: OpenModel, polarity: Polarity): MeasureModel =>
  async (files, votes) => {
    const lists = await withModel(openModel, await files(PERSONALISATION_FILES.topPolls), async (session) => {
      const polls = await listedPolls(session, 'history');
      const measured = await measureLists(votes, {
        list: topPollsLister(session, 'history'),
        polls: polls.keys(),
      });
      return { polls: polls.size, ...measured };
    });
    const predictions = await withModel(openModel, await files(PERSONALISATION_FILES.ranking), (session) =>
      predictItems(votes, candidateScorer(session)),
    );
    const { measures, calibration } = exposedMeasures(predictions, {
      polarity,
      known: votes.known,
      topicsOf: () => [],
    });
    const { liking, answer } = calibration;
    return {
      polls: lists.polls,
      measures: { ...measures, ...lists.measures },
      figures: {
        ...lists.figures,
        ...(liking === null ? {} : { likingCalibrationError: liking.expectedError }),
        ...(answer === null ? {} : { answerCalibrationError: answer.expectedError }),
      },
      decisive: ['exposedAuc', 'answeredAuc'],
    };
  };
