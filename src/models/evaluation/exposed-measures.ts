import type { Polarity } from '../../domain/polarity.js';
import { aucByHistoryLength, aucByTopic, type HistoryLengthAuc, type TopicAuc } from './auc-breakdowns.js';
import { type ChanceCalibration, chanceCalibration } from './chance-calibration.js';
import { aucByUser } from './exposed-auc.js';
import { type JudgedItem, judgeAnswer, judgeLiking, type Prediction } from './exposed-protocol.js';
import type { UserMeasure } from './user-summary.js';
import type { VoteRow } from './vote-row.js';

/** What the predictions of the items that users were shown are worth. */
export interface ExposedMeasures {
  readonly measures: {
    /** AUC of `liking` for the positive against the negative side; a pass is left out. */
    readonly exposedAuc: readonly UserMeasure[];
    /** AUC of `answer` for answered against pass. */
    readonly answeredAuc: readonly UserMeasure[];
  };
  readonly calibration: {
    readonly liking: ChanceCalibration | null;
    readonly answer: ChanceCalibration | null;
  };
  readonly byHistoryLength: readonly HistoryLengthAuc[];
  readonly byTopic: readonly TopicAuc[];
}

export interface ExposedMeasuring {
  readonly polarity: Polarity;
  readonly known: ReadonlyMap<string, readonly VoteRow[]>;
  readonly topicsOf: (poll: string) => readonly string[];
}

export function exposedMeasures(
  predictions: readonly Prediction[],
  { polarity, known, topicsOf }: ExposedMeasuring,
): ExposedMeasures {
  const liking = judgeLiking(predictions, polarity);
  const answer = judgeAnswer(predictions, polarity);
  const measures = { exposedAuc: aucByUser(liking), answeredAuc: aucByUser(answer) };
  return {
    measures,
    calibration: { liking: calibrationOf(liking), answer: calibrationOf(answer) },
    byHistoryLength: aucByHistoryLength(measures, known),
    byTopic: aucByTopic({ exposedAuc: liking, answeredAuc: answer }, topicsOf),
  };
}

const calibrationOf = (items: readonly JudgedItem[]): ChanceCalibration | null =>
  chanceCalibration(items.map(({ score, positive }) => ({ chance: score, happened: positive })));
