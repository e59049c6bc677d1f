import type { TextVector } from '../text/character-grams.js';
import { evidenceOf, type FactorModel } from './factor-model.js';
import type { FactorSettings } from './factor-settings.js';
import { LoadingPriors } from './loading-priors.js';
import { packedRow, packedSize } from './packed-matrix.js';
import type { QuestionColumns } from './question-columns.js';
import { expectQuestions, type QuestionPriors, tallyColumns } from './question-priors.js';
import { startLoadings } from './start-loadings.js';
import type { TokenLog } from './token-log.js';
import { TokenStatistics } from './token-statistics.js';
import type { TopicBlock } from './topic-blocks.js';
import { updateColumns } from './update-columns.js';
import { UserPosterior } from './user-posterior.js';

export interface FactorInput {
  readonly columns: QuestionColumns;
  /** How often each token was chosen, by all users: means are learnt from more votes than loadings may be. */
  readonly counts: ArrayLike<number>;
  /** Votes by poll. */
  readonly votes: ArrayLike<number>;
  readonly blocks: readonly TopicBlock[];
  readonly vectors: readonly TextVector[];
}

/** Factors are scaled back to unit variance after each round, by no more than this at once. */
const MOST_RESCALING = 2;

/**
 * Fits the factor model by variational expectation and maximisation (Bishop, Pattern Recognition and Machine Learning, 12.2.4 and
 * 12.2.3 for missing values; the spread of each factor is learnt too, which prunes factors that explain little: automatic
 * relevance determination). Missing votes take no part. Deterministic.
 */
export class FactorFit {
  readonly model: FactorModel;
  readonly priors: QuestionPriors;
  readonly #settings: FactorSettings;
  readonly #loadings: LoadingPriors;
  readonly #means: Float64Array;

  /** `log` tells where loadings start. */
  constructor(input: FactorInput, log: TokenLog, settings: FactorSettings) {
    const { columns, counts, votes } = input;
    this.#settings = settings;
    const tally = tallyColumns(columns, counts);
    this.priors = expectQuestions({ columns, tally }, input, settings);
    const { meanPrior } = settings;
    this.#means = this.priors.expected.map((expected, column) => {
      const sum = (tally.sums[column] as number) + meanPrior * expected;
      return sum / ((tally.weights[column] as number) + meanPrior);
    });
    const k = columns.columnCount === 0 ? 0 : settings.factors + 2;
    this.model = {
      factorCount: k,
      columns,
      means: this.#means.slice(),
      loadings: startLoadings({ ...input, means: this.#means, factorCount: k }, log, settings),
      covariances: new Float64Array(columns.columnCount * packedSize(k)),
      noises: Float64Array.from(columns.kinds, (kind) => settings.noise[kind]),
    };
    this.#loadings = new LoadingPriors(
      { ...input, model: this.model, weights: tally.weights, votes },
      settings,
    );
  }

  /** `rounds` rounds over the users for whom `isUsed` holds; `onRound` is told before each. */
  run(
    log: TokenLog,
    {
      rounds,
      isUsed,
      onRound = () => {},
    }: { readonly rounds: number; readonly isUsed: (user: number) => boolean; readonly onRound?: () => void },
  ): void {
    const { columns, factorCount } = this.model;
    if (factorCount === 0) return;
    const posterior = new UserPosterior(factorCount);
    const statistics = new TokenStatistics(columns.tokenCount, factorCount);
    for (let round = 0; round < rounds; round += 1) {
      onRound();
      const evidence = evidenceOf(this.model);
      statistics.clear();
      for (let user = 0; user + 1 < log.starts.length; user += 1) {
        const range = { start: log.starts[user] as number, end: log.starts[user + 1] as number };
        if (range.end === range.start || !isUsed(user)) continue;
        posterior.update(evidence, log.tokens, range);
        statistics.add(posterior, log, range);
      }
      updateColumns(this.model, statistics, {
        loadings: this.#loadings,
        means: this.#means,
        settings: this.#settings,
      });
      this.#rescale(statistics);
      this.#loadings.learn();
    }
  }

  /** Gives the factors of the users the variance 1 that they are assumed to have, and the loadings what is left (parameter expansion: Liu, Rubin and Wu, 1998). */
  #rescale({ spread, users }: TokenStatistics): void {
    if (users === 0) return;
    const { loadings, covariances, columns, factorCount: k } = this.model;
    const scales = spread.map((sum) =>
      Math.sqrt(Math.min(MOST_RESCALING, Math.max(1 / MOST_RESCALING, sum / users))),
    );
    const packed = packedSize(k);
    for (let column = 0; column < columns.columnCount; column += 1) {
      for (let i = 0; i < k; i += 1) {
        const scale = scales[i] as number;
        const at = column * k + i;
        loadings[at] = (loadings[at] as number) * scale;
        for (let j = 0; j <= i; j += 1) {
          const cell = column * packed + packedRow(i) + j;
          covariances[cell] = (covariances[cell] as number) * scale * (scales[j] as number);
        }
      }
    }
  }
}
