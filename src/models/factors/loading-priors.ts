import type { TextVector } from '../text/character-grams.js';
import { type BlockRegression, regressionsOf } from './block-regressions.js';
import type { FactorModel } from './factor-model.js';
import type { FactorSettings } from './factor-settings.js';
import { packedRow, packedSize } from './packed-matrix.js';
import { QUESTION_KINDS, type QuestionKind } from './question-columns.js';
import { blocksOfPolls, type TopicBlock } from './topic-blocks.js';

/** Variance of a loading that is held where it is. */
const FIXED = 1e-9;
/** Votes that a poll needs for its loadings to tell those of others, and what the ridge gets for few. */
const RIDGE_VOTES = 10;

/**
 * What is expected of loadings before the votes on their column are seen: a centre, foretold by the text of the question from
 * polls with similar ones, and a variance for each factor and kind of column. Both are learnt from round to round. The
 * last two factors are the biases: a column of liking loads on the first of them, one of answering on the second.
 */
export class LoadingPriors {
  /** Row-major, columns × K. */
  readonly centres: Float64Array;
  /** By topic block, kind and factor: what columns of one topic have in common, those of another may lack. */
  readonly #variances: readonly Readonly<Record<QuestionKind, Float64Array>>[];
  /** By column. */
  readonly #blocks: Int32Array;
  readonly #model: FactorModel;
  readonly #settings: FactorSettings;
  readonly #regressions: readonly BlockRegression[];
  readonly #isVoted: Uint8Array;

  constructor(
    input: {
      readonly model: FactorModel;
      readonly blocks: readonly TopicBlock[];
      readonly vectors: readonly TextVector[];
      /** Weighted votes by column. */
      readonly weights: Float64Array;
      /** Votes by poll. */
      readonly votes: ArrayLike<number>;
    },
    settings: FactorSettings,
  ) {
    const { model, blocks, vectors, weights, votes } = input;
    const k = model.factorCount;
    this.#model = model;
    this.#settings = settings;
    this.#isVoted = Uint8Array.from(weights, (weight) => (weight > 0 ? 1 : 0));
    const ridge = (poll: number): number => settings.textRidge + RIDGE_VOTES / (votes[poll] as number);
    this.#regressions = blocks.flatMap((block) =>
      regressionsOf(block, { columns: model.columns, vectors, ridge }),
    );
    const variances = (kind: QuestionKind): Float64Array => {
      const bias = settings.bias[kind];
      return Float64Array.from({ length: k }, (_, factor) => {
        if (factor < settings.factors) return settings.loadingSpread[kind] ** 2;
        return bias !== null && factor === biasFactor(kind, settings)
          ? (bias * settings.biasSpread) ** 2
          : FIXED;
      });
    };
    this.#variances = blocks.map(() => ({
      LIKING: variances('LIKING'),
      ANSWER: variances('ANSWER'),
      OPTION: variances('OPTION'),
    }));
    const blockOfPoll = blocksOfPolls(blocks, votes.length);
    this.#blocks = model.columns.polls.map((poll) => blockOfPoll[poll] as number);
    this.centres = new Float64Array(model.loadings.length);
    this.#centreBiases((kind) => settings.bias[kind] ?? 0);
  }

  /** After a round: the centres follow the text, the biases and the spreads follow the loadings. */
  learn(): void {
    this.#foretell();
    this.#spread();
    const { loadings, factorCount: k, columns } = this.#model;
    this.#centreBiases((kind) => {
      const factor = biasFactor(kind, this.#settings);
      let sum = 0;
      let count = 0;
      columns.kinds.forEach((own, column) => {
        if (own !== kind || this.#isVoted[column] === 0) return;
        sum += loadings[column * k + factor] as number;
        count += 1;
      });
      return this.#settings.bias[kind] === null || count === 0
        ? (this.#settings.bias[kind] ?? 0)
        : sum / count;
    });
  }

  /** Of the loadings of a column, by factor. */
  variancesOf(column: number): Float64Array {
    const kind = this.#model.columns.kinds[column] as QuestionKind;
    return (this.#variances[this.#blocks[column] as number] as Record<QuestionKind, Float64Array>)[kind];
  }

  /** The prior of one column in place of its posterior: for columns without any vote. */
  apply(column: number): void {
    const { factorCount: k, loadings, covariances } = this.#model;
    const variances = this.variancesOf(column);
    loadings.set(this.centres.subarray(column * k, (column + 1) * k), column * k);
    const first = column * packedSize(k);
    covariances.fill(0, first, first + packedSize(k));
    for (let i = 0; i < k; i += 1) covariances[first + packedRow(i) + i] = variances[i] as number;
  }

  #centreBiases(of: (kind: QuestionKind) => number): void {
    const { columns, factorCount: k } = this.#model;
    const biases = { LIKING: of('LIKING'), ANSWER: of('ANSWER'), OPTION: 0 };
    columns.kinds.forEach((kind, column) => {
      if (kind !== 'OPTION') this.centres[column * k + biasFactor(kind, this.#settings)] = biases[kind];
    });
  }

  #foretell(): void {
    const { loadings, factorCount: k } = this.#model;
    const { factors, textLoadings } = this.#settings;
    if (textLoadings === 0) return;
    for (const { columnOf, polls, learnt, regression } of this.#regressions) {
      const known = new Float64Array(learnt.length * factors);
      learnt.forEach((poll, row) => {
        const start = (columnOf[poll] as number) * k;
        known.set(loadings.subarray(start, start + factors), row * factors);
      });
      const foretold = regression.predict(known, factors);
      polls.forEach((poll, row) => {
        const start = (columnOf[poll] as number) * k;
        for (let i = 0; i < factors; i += 1) {
          this.centres[start + i] = textLoadings * (foretold[row * factors + i] as number);
        }
      });
    }
  }

  /** variance = (Σ (v − centre)² + Var v + c s²) / (columns + c), c and s being `spreadPrior` and `loadingSpread`. */
  #spread(): void {
    const { columns, loadings, covariances, factorCount: k } = this.#model;
    const { factors, spreadPrior, loadingSpread } = this.#settings;
    const packed = packedSize(k);
    const counts = this.#variances.map(() => ({
      LIKING: spreadPrior,
      ANSWER: spreadPrior,
      OPTION: spreadPrior,
    }));
    for (const own of this.#variances) {
      for (const kind of QUESTION_KINDS) {
        own[kind].fill(spreadPrior * loadingSpread[kind] ** 2, 0, factors);
      }
    }
    columns.kinds.forEach((kind, column) => {
      if (this.#isVoted[column] === 0) return;
      const sums = this.variancesOf(column);
      const count = counts[this.#blocks[column] as number] as Record<QuestionKind, number>;
      count[kind] += 1;
      for (let i = 0; i < factors; i += 1) {
        const at = column * k + i;
        const away = (loadings[at] as number) - (this.centres[at] as number);
        const variance = covariances[column * packed + packedRow(i) + i] as number;
        sums[i] = (sums[i] as number) + away * away + variance;
      }
    });
    this.#variances.forEach((own, block) => {
      for (const kind of QUESTION_KINDS) {
        const count = (counts[block] as Record<QuestionKind, number>)[kind];
        for (let i = 0; i < factors; i += 1) own[kind][i] = (own[kind][i] as number) / count;
      }
    });
  }
}

/** The factor that columns of a kind share as their bias. */
export const biasFactor = (kind: QuestionKind, { factors }: FactorSettings): number =>
  kind === 'ANSWER' ? factors + 1 : factors;
