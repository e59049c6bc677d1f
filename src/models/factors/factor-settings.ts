import type { QuestionKind } from './question-columns.js';

/**
 * All that can be turned in the factor model. One configuration serves all topics; chosen on inner splits of the training part of
 * the real votes and on topics that are not measured in the end (docs/quality.md has the figures).
 */
export interface FactorSettings {
  /** Factors beside one bias for each of liking and answering. What is too much shrinks away by itself: see `spreadPrior`. */
  readonly factors: number;
  /** Rounds of expectation and maximisation. */
  readonly rounds: number;
  /** Rounds more, with the users who were held out for calibration. */
  readonly finalRounds: number;
  /** Users are drawn by a hash of their ids where there are more votes than this. */
  readonly mostVotes: number;
  /** What a vote for neither side counts as a vote on the liking of a poll. */
  readonly neutralWeight: number;
  /** Pseudo-votes that draw the mean of a column to what its text and topic foretell. */
  readonly meanPrior: number;
  /** Pseudo-votes that draw the mean of a topic to the overall one. */
  readonly topicPrior: number;
  /**
   * Votes count less for the mean of their poll the older they are: half after this share of the topic's votes. A share and no time,
   * since one topic gets in a day what another gets in a year.
   */
  readonly meanHalfLife: number;
  /** Ridge of the regression on text, before what is added for few votes. */
  readonly textRidge: number;
  /** How far the loadings foretold by the text are trusted, 0 to 1. */
  readonly textLoadings: number;
  /** Standard deviation of the loadings that is assumed at first. */
  readonly loadingSpread: Readonly<Record<QuestionKind, number>>;
  /** As if so many more columns had that spread: how slowly a factor that explains little is given up. */
  readonly spreadPrior: number;
  readonly noise: Readonly<Record<QuestionKind, number>>;
  /** As if so many more votes had that noise. */
  readonly noisePrior: number;
  /** Standard deviation, over users, of how much they like or answer all polls of a topic; null for none. */
  readonly bias: Readonly<Record<QuestionKind, number | null>>;
  /** How far the loading of one column on the bias may be from that of the others, as a share of it. */
  readonly biasSpread: number;
}

export const FACTOR_SETTINGS: FactorSettings = {
  factors: 12,
  rounds: 20,
  finalRounds: 5,
  mostVotes: 2_000_000,
  neutralWeight: 0.75,
  meanPrior: 5,
  topicPrior: 20,
  meanHalfLife: 1,
  textRidge: 0.5,
  textLoadings: 0.7,
  loadingSpread: { LIKING: 0.2, ANSWER: 0.1, OPTION: 0.1 },
  spreadPrior: 2,
  noise: { LIKING: 0.5, ANSWER: 0.12, OPTION: 0.15 },
  noisePrior: 30,
  bias: { LIKING: 0.39, ANSWER: 0.2, OPTION: null },
  biasSpread: 0.125,
};
