import { evidenceOf, type FactorModel } from '../factors/factor-model.js';
import { packedTrace } from '../factors/packed-matrix.js';
import type { TokenLog } from '../factors/token-log.js';
import { UserPosterior } from '../factors/user-posterior.js';
import { fitLogistic } from '../linear-algebra/logistic-regression.js';

/** chance = σ(slope · t + intercept). */
export interface ChanceCurve {
  readonly slope: number;
  readonly intercept: number;
}

/**
 * How standard scores become chances. t = (expected value − threshold) / its standard deviation, given the user's history: the
 * threshold lies at 0 between the sides of a poll, and at one half between answer and pass.
 */
export interface Calibration {
  readonly liking: ChanceCurve;
  readonly answer: ChanceCurve;
}

export const LIKING_THRESHOLD = 0;
export const ANSWER_THRESHOLD = 0.5;

/** σ(1.7 t) is within .01 of the normal distribution's Φ(t), which is what a Gaussian model foretells; few votes stay near it. */
const PRIOR_SLOPE = 1.7;
/** As a ridge: a few hundred votes outweigh it. */
const PRIOR_WEIGHT = 10;

/** Fits both curves on `users`, whose votes the loadings have not seen: from the first half of each one's votes to the second. */
export function calibrate(model: FactorModel, log: TokenLog, users: readonly number[]): Calibration {
  const { columns } = model;
  const liking = new CurvePoints(model, LIKING_THRESHOLD);
  const answer = new CurvePoints(model, ANSWER_THRESHOLD);
  const evidence = evidenceOf(model);
  const posterior = new UserPosterior(model.factorCount);
  for (const user of users) {
    const start = log.starts[user] as number;
    const end = log.starts[user + 1] as number;
    const half = start + Math.floor((end - start) / 2);
    posterior.update(evidence, log.tokens, { start, end: half });
    for (let n = half; n < end; n += 1) {
      for (const { column, value } of columns.valuesOfToken[log.tokens[n] as number] ?? []) {
        if (columns.kinds[column] === 'ANSWER') answer.add(posterior, column, value === 1);
        else if (columns.kinds[column] === 'LIKING' && value !== 0) liking.add(posterior, column, value > 0);
      }
    }
  }
  return { liking: liking.fit(), answer: answer.fit() };
}

class CurvePoints {
  readonly #model: FactorModel;
  readonly #threshold: number;
  readonly #features: number[] = [];
  readonly #labels: number[] = [];
  readonly #square: Float64Array;

  constructor(model: FactorModel, threshold: number) {
    this.#model = model;
    this.#threshold = threshold;
    this.#square = new Float64Array((model.factorCount * (model.factorCount + 1)) / 2);
  }

  add(posterior: UserPosterior, column: number, isPositive: boolean): void {
    const { means, loadings, noises, factorCount: k } = this.#model;
    let expected = means[column] as number;
    let at = 0;
    for (let i = 0; i < k; i += 1) {
      const loading = loadings[column * k + i] as number;
      expected += loading * (posterior.mean[i] as number);
      for (let j = 0; j <= i; j += 1) {
        this.#square[at] = loading * (loadings[column * k + j] as number);
        at += 1;
      }
    }
    const variance =
      (noises[column] as number) +
      packedTrace({ data: this.#square, offset: 0 }, { data: posterior.covariance, offset: 0 }, k);
    this.#features.push((expected - this.#threshold) / Math.sqrt(variance), 1);
    this.#labels.push(isPositive ? 1 : 0);
  }

  fit(): ChanceCurve {
    const [slope, intercept] = fitLogistic({
      features: this.#features,
      width: 2,
      labels: this.#labels,
      prior: [PRIOR_SLOPE, 0],
      priorWeight: PRIOR_WEIGHT,
    });
    // A negative slope would turn the order round; where the votes ask for that, they say nothing.
    return { slope: Math.max(0.01, slope as number), intercept: intercept as number };
  }
}
