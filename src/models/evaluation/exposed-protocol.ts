import { formatToken } from '../../domain/history.js';
import { optionId, pollId } from '../../domain/ids.js';
import type { Polarity } from '../../domain/polarity.js';
import { aucByUser, type ScoredItem, type UserMeasure } from './exposed-auc.js';
import type { CandidateRow, ScoreCandidates } from './score-candidates.js';
import type { EvaluationSet, TestItem, VoteRow } from './vote-row.js';

/** A test item with what the model says of it. */
export interface Prediction {
  readonly item: TestItem;
  readonly liking: number;
  readonly answer: number;
  readonly score: number;
}

/** The votes as history tokens, in the order given. */
export const tokensOf = (votes: readonly VoteRow[]): string[] =>
  votes.flatMap((vote) =>
    vote.optionId === null
      ? []
      : [formatToken({ kind: 'VOTE', pollId: pollId(vote.pollId), optionId: optionId(vote.optionId) })],
  );

/** Scores every test item with what is known of its user, in the order of the items. */
export async function predictItems(
  { items, known }: Pick<EvaluationSet, 'items' | 'known'>,
  score: ScoreCandidates,
): Promise<Prediction[]> {
  const places = new Map<string, number[]>();
  items.forEach(({ vote }, place) => {
    const own = places.get(vote.userId);
    if (own === undefined) places.set(vote.userId, [place]);
    else own.push(place);
  });
  const rows = [...places].map(
    ([user, own]): CandidateRow => ({
      history: tokensOf(known.get(user) ?? []),
      candidates: own.map((place) => (items[place] as TestItem).vote.pollId),
    }),
  );
  const scored = await score(rows);
  const predictions = new Array<Prediction>(items.length);
  [...places.values()].forEach((own, row) => {
    own.forEach((place, column) => {
      predictions[place] = {
        item: items[place] as TestItem,
        liking: scored[row]?.liking[column] as number,
        answer: scored[row]?.answer[column] as number,
        score: scored[row]?.score[column] as number,
      };
    });
  });
  return predictions;
}

/** AUC of `liking` for the positive against the negative side, by user; a pass is left out. */
export function likingAuc(predictions: readonly Prediction[], polarity: Polarity): UserMeasure[] {
  return aucByUser(
    labelled(
      predictions,
      (option) => {
        const sign = polarity.get(optionId(option)) ?? 0;
        return sign === 0 ? null : sign > 0;
      },
      'liking',
    ),
  );
}

/** AUC of `answer` for answered against pass, by user. */
export function answerAuc(predictions: readonly Prediction[], polarity: Polarity): UserMeasure[] {
  return aucByUser(labelled(predictions, (option) => polarity.get(optionId(option)) !== 0, 'answer'));
}

function labelled(
  predictions: readonly Prediction[],
  label: (option: string) => boolean | null,
  by: 'liking' | 'answer',
): ScoredItem[] {
  return predictions.flatMap((prediction) => {
    const { userId, optionId: option } = prediction.item.vote;
    const positive = option === null ? null : label(option);
    return positive === null ? [] : [{ user: userId, score: prediction[by], positive }];
  });
}
