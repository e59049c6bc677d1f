import type { PollSigns } from './poll-signs.js';

/** LIKING: +1 or −1 by side, 0 for neither. ANSWER: 1, or 0 for a pass. OPTION: 1 for the option chosen among options without a side. */
export const QUESTION_KINDS = ['LIKING', 'ANSWER', 'OPTION'] as const;
export type QuestionKind = (typeof QUESTION_KINDS)[number];

/** What a vote for one option says about one column. */
export interface ColumnValue {
  readonly column: number;
  readonly value: number;
  /** Votes that it counts as, 0 to 1. */
  readonly weight: number;
}

/**
 * The questions that votes answer, as columns of numbers, and the tokens (poll and option) that give these numbers. A vote says
 * something about the columns of its poll only: what is not voted on is missing, not zero.
 */
export interface QuestionColumns {
  readonly columnCount: number;
  readonly tokenCount: number;
  /** By column. */
  readonly kinds: readonly QuestionKind[];
  /** By column: place of the poll in the catalogue. */
  readonly polls: Int32Array;
  /** By poll: its column, or −1. */
  readonly likingColumns: Int32Array;
  readonly answerColumns: Int32Array;
  /** By poll: its first token; the options follow in their order. One more entry ends the last poll. */
  readonly firstTokens: Int32Array;
  /** By token. */
  readonly valuesOfToken: readonly (readonly ColumnValue[])[];
  /** Columns of a poll are those from `firstColumns[poll]` up to, not including, `firstColumns[poll + 1]`. */
  readonly firstColumns: Int32Array;
}

export interface LayoutOptions {
  /** What a vote for neither side counts in the liking column. */
  readonly neutralWeight: number;
  /** Whether votes on the poll went to more than one option; by default they did. */
  readonly isContested?: (poll: number) => boolean;
}

/**
 * A poll with sides has a liking column; one that can be passed, an answer column; one with several options without a side, a column
 * for each of these, where it `isContested`: votes that are all alike tell nothing of anybody.
 */
export function layOutQuestions(
  signs: readonly PollSigns[],
  { neutralWeight, isContested = () => true }: LayoutOptions,
): QuestionColumns {
  const kinds: QuestionKind[] = [];
  const polls: number[] = [];
  const valuesOfToken: ColumnValue[][] = [];
  const likingColumns = new Int32Array(signs.length).fill(-1);
  const answerColumns = new Int32Array(signs.length).fill(-1);
  const firstTokens = new Int32Array(signs.length + 1);
  const firstColumns = new Int32Array(signs.length + 1);
  signs.forEach(({ polar, values, answered }, poll) => {
    const column = (kind: QuestionKind): number => {
      polls.push(poll);
      return kinds.push(kind) - 1;
    };
    const tokens: ColumnValue[][] = values.map(() => []);
    if (polar) {
      likingColumns[poll] = column('LIKING');
      values.forEach((value, option) => {
        const weight = value === 0 ? neutralWeight : 1;
        if (weight > 0) tokens[option]?.push({ column: likingColumns[poll] as number, value, weight });
      });
    }
    if (answered.some((is) => is) && answered.some((is) => !is)) {
      answerColumns[poll] = column('ANSWER');
      answered.forEach((is, option) => {
        tokens[option]?.push({ column: answerColumns[poll] as number, value: is ? 1 : 0, weight: 1 });
      });
    }
    if (!polar && isContested(poll)) addOptionColumns(answered, tokens, () => column('OPTION'));
    firstTokens[poll] = valuesOfToken.length;
    valuesOfToken.push(...tokens);
    firstColumns[poll + 1] = kinds.length;
  });
  firstTokens[signs.length] = valuesOfToken.length;
  return {
    columnCount: kinds.length,
    tokenCount: valuesOfToken.length,
    kinds,
    polls: Int32Array.from(polls),
    likingColumns,
    answerColumns,
    firstTokens,
    valuesOfToken,
    firstColumns,
  };
}

function addOptionColumns(
  answered: readonly boolean[],
  tokens: readonly ColumnValue[][],
  column: () => number,
): void {
  const options = answered.flatMap((is, option) => (is ? [option] : []));
  // One option alone is always chosen.
  if (options.length < 2) return;
  // The values of all these columns sum to 1: a vote tells one number less than there are columns.
  const weight = (options.length - 1) / options.length;
  for (const own of options) {
    const place = column();
    for (const chosen of options) {
      tokens[chosen]?.push({ column: place, value: chosen === own ? 1 : 0, weight });
    }
  }
}
