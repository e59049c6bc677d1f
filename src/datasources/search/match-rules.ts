/** What every search understands by a match, whichever engine finds it. */

/** From this length on the beginning of a word finds it. */
export const PREFIX_LENGTH = 4;
/** From these lengths on one and two wrong letters are tolerated. */
export const ONE_ERROR_LENGTH = 5;
export const TWO_ERRORS_LENGTH = 7;
/** The words of a query that are looked for; a longer one is a text rather than a question. */
export const QUERY_WORDS = 12;

/** What a word counts by where it stands. */
export const WEIGHTS = { question: 2, topics: 1.5, options: 1 } as const;

/** A word in a larger share of the polls tells nothing, unless these are few. */
const TELLING_SHARE = 0.1;
const FEW_POLLS = 20;

export interface MatchWay {
  /** Whether a poll must have every word of the query, or any. */
  readonly words: 'all' | 'any';
  readonly withErrors: boolean;
}

/** From strict to lenient; the first that finds something answers. */
export const WAYS: readonly MatchWay[] = [
  { words: 'all', withErrors: false },
  { words: 'all', withErrors: true },
  { words: 'any', withErrors: true },
];

/** In how many of so many polls a word may be that tells which polls are alike. */
export const mostPollsOfTellingWord = (polls: number): number => Math.max(FEW_POLLS, TELLING_SHARE * polls);
