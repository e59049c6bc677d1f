import type { TextVector } from '../text/character-grams.js';
import { TextRegression } from '../text/text-regression.js';
import type { QuestionColumns } from './question-columns.js';
import type { TopicBlock } from './topic-blocks.js';

/** Foretells the loadings of one kind of columns, from those of the polls of a topic that have such a column. */
export interface BlockRegression {
  /** By poll: its column, or −1. */
  readonly columnOf: Int32Array;
  readonly polls: Int32Array;
  readonly learnt: Int32Array;
  readonly regression: TextRegression;
}

interface RegressionInput {
  readonly columns: QuestionColumns;
  readonly vectors: readonly TextVector[];
  readonly ridge: (poll: number) => number;
}

/** One for liking and one for answering: a poll without the question says nothing of that of others, rather than zero. */
export function regressionsOf(
  block: TopicBlock,
  { columns, vectors, ridge }: RegressionInput,
): BlockRegression[] {
  const parts = [columns.likingColumns, columns.answerColumns].map((columnOf) => {
    const isAsked = (poll: number): boolean => (columnOf[poll] as number) >= 0;
    return { columnOf, polls: block.polls.filter(isAsked), learnt: block.learnt.filter(isAsked) };
  });
  // Mostly all polls have both questions: then one inverse serves both.
  const areAlike = parts.every(({ polls }) => polls.length === block.polls.length);
  const shared = areAlike ? new TextRegression(vectors, { ...block, ridge }) : null;
  return parts.map((part) => ({
    ...part,
    regression: shared ?? new TextRegression(vectors, { ...part, ridge }),
  }));
}
