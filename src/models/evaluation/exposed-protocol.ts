import { optionId } from '../../domain/ids.js';
import type { Polarity } from '../../domain/polarity.js';
import type { ScoredItem } from './exposed-auc.js';
import type { CandidateRow, CandidateScores, ScoreCandidates } from './score-candidates.js';
import { testUsers, tokensOf } from './test-users.js';
import type { EvaluationSet, TestItem } from './vote-row.js';

/** A test item with what the model says of it. */
export interface Prediction {
  readonly item: TestItem;
  readonly liking: number;
  readonly answer: number;
  readonly score: number;
}

/** Scores every test item with what is known of its user, in the order of the items. `onDone` is told how many users are done. */
export async function predictItems(
  set: Pick<EvaluationSet, 'items' | 'known'>,
  score: ScoreCandidates,
  onDone?: (users: number) => void,
): Promise<Prediction[]> {
  const { items } = set;
  const users = testUsers(set);
  const rows = users.map(
    ({ known, places }): CandidateRow => ({
      history: tokensOf(known),
      candidates: places.map((place) => (items[place] as TestItem).vote.pollId),
    }),
  );
  const scored = await score(rows, onDone);
  const predictions = new Array<Prediction>(items.length);
  users.forEach(({ places }, row) => {
    const { liking, answer, score: scores } = scored[row] as CandidateScores;
    places.forEach((place, column) => {
      predictions[place] = {
        item: items[place] as TestItem,
        liking: liking[column] as number,
        answer: answer[column] as number,
        score: scores[column] as number,
      };
    });
  });
  return predictions;
}

/** A chance that was foretold for one item of a user, and which side the item turned out to be on. */
export interface JudgedItem extends ScoredItem {
  readonly poll: string;
}

/** `liking` of the items on the positive and the negative side; a pass, and an option without polarity, is left out. */
export const judgeLiking = (predictions: readonly Prediction[], polarity: Polarity): JudgedItem[] =>
  judged(predictions, 'liking', (option) => {
    const sign = polarity.get(optionId(option)) ?? 0;
    return sign === 0 ? null : sign > 0;
  });

/** `answer` of all items: anything but a pass is positive. */
export const judgeAnswer = (predictions: readonly Prediction[], polarity: Polarity): JudgedItem[] =>
  judged(predictions, 'answer', (option) => polarity.get(optionId(option)) !== 0);

function judged(
  predictions: readonly Prediction[],
  by: 'liking' | 'answer',
  sideOf: (option: string) => boolean | null,
): JudgedItem[] {
  return predictions.flatMap((prediction) => {
    const { userId: user, pollId: poll, optionId: option } = prediction.item.vote;
    const positive = option === null ? null : sideOf(option);
    return positive === null ? [] : [{ user, poll, score: prediction[by], positive }];
  });
}
