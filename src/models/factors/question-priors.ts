import type { TextVector } from '../text/character-grams.js';
import { TextRegression } from '../text/text-regression.js';
import type { FactorSettings } from './factor-settings.js';
import type { QuestionColumns, QuestionKind } from './question-columns.js';
import type { TopicBlock } from './topic-blocks.js';

/** Mean of a question that nobody has answered yet, anywhere. */
const UNKNOWN_MEANS = { LIKING: 0, ANSWER: 0.8 } as const;

export interface ColumnTally {
  /** Weighted votes, their sum and their sum of squares, by column. */
  readonly weights: Float64Array;
  readonly sums: Float64Array;
  readonly squares: Float64Array;
}

/** Sums by column, from how often each token was chosen. */
export function tallyColumns(columns: QuestionColumns, counts: ArrayLike<number>): ColumnTally {
  const tally = {
    weights: new Float64Array(columns.columnCount),
    sums: new Float64Array(columns.columnCount),
    squares: new Float64Array(columns.columnCount),
  };
  columns.valuesOfToken.forEach((values, token) => {
    for (const { column, value, weight } of values) {
      const votes = weight * (counts[token] as number);
      tally.weights[column] = (tally.weights[column] as number) + votes;
      tally.sums[column] = (tally.sums[column] as number) + votes * value;
      tally.squares[column] = (tally.squares[column] as number) + votes * value * value;
    }
  });
  return tally;
}

export interface QuestionPriors {
  /** What is expected of a column before any vote on it. */
  readonly expected: Float64Array;
  /** What is expected of a poll of which nothing is known, not even the topic. */
  readonly overall: { readonly liking: number; readonly answer: number };
}

/**
 * Prior means of liking and answering: the topic's mean, moved by kernel ridge regression on the text from the means of similar
 * questions of the topic (ridge + prior / votes on the diagonal, so that sure means move it more). Prior means of options
 * are even shares.
 */
export function expectQuestions(
  { columns, tally }: { readonly columns: QuestionColumns; readonly tally: ColumnTally },
  { blocks, vectors }: { readonly blocks: readonly TopicBlock[]; readonly vectors: readonly TextVector[] },
  settings: FactorSettings,
): QuestionPriors {
  const expected = new Float64Array(columns.columnCount);
  columns.kinds.forEach((kind, column) => {
    if (kind !== 'OPTION') return;
    const poll = columns.polls[column] as number;
    const own = columns.kinds.slice(columns.firstColumns[poll], columns.firstColumns[poll + 1]);
    expected[column] = 1 / own.filter((other) => other === 'OPTION').length;
  });
  const expect = (kind: 'LIKING' | 'ANSWER', columnOf: Int32Array): number => {
    const overall = overallMean(kind, { columns, tally }, settings);
    for (const block of blocks) expectBlock(expected, { block, columnOf, tally, vectors, overall }, settings);
    return overall;
  };
  return {
    expected,
    overall: {
      liking: expect('LIKING', columns.likingColumns),
      answer: expect('ANSWER', columns.answerColumns),
    },
  };
}

function overallMean(
  kind: 'LIKING' | 'ANSWER',
  { columns, tally }: { readonly columns: QuestionColumns; readonly tally: ColumnTally },
  { topicPrior }: FactorSettings,
): number {
  let weight = topicPrior;
  let sum = topicPrior * UNKNOWN_MEANS[kind];
  columns.kinds.forEach((own: QuestionKind, column) => {
    if (own !== kind) return;
    weight += tally.weights[column] as number;
    sum += tally.sums[column] as number;
  });
  return sum / weight;
}

interface BlockInput {
  readonly block: TopicBlock;
  /** By poll: its column of the kind, or −1. */
  readonly columnOf: Int32Array;
  readonly tally: ColumnTally;
  readonly vectors: readonly TextVector[];
  readonly overall: number;
}

function expectBlock(
  expected: Float64Array,
  { block, columnOf, tally, vectors, overall }: BlockInput,
  { topicPrior, textRidge, meanPrior }: FactorSettings,
): void {
  const polls = block.polls.filter((poll) => (columnOf[poll] as number) >= 0);
  const learnt = block.learnt.filter(
    (poll) => (columnOf[poll] as number) >= 0 && (tally.weights[columnOf[poll] as number] as number) > 0,
  );
  const of = (values: Float64Array, poll: number): number => values[columnOf[poll] as number] as number;
  let weight = topicPrior;
  let sum = topicPrior * overall;
  for (const poll of polls) {
    weight += of(tally.weights, poll);
    sum += of(tally.sums, poll);
  }
  const mean = sum / weight;
  const regression = new TextRegression(vectors, {
    learnt,
    polls,
    ridge: (poll) => textRidge + meanPrior / of(tally.weights, poll),
  });
  const above = Float64Array.from(learnt, (poll) => of(tally.sums, poll) / of(tally.weights, poll) - mean);
  const moved = regression.predict(above, 1);
  polls.forEach((poll, row) => {
    expected[columnOf[poll] as number] = mean + (moved[row] as number);
  });
}
