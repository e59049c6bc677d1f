import { packedRow, packedSize } from './packed-matrix.js';
import type { QuestionColumns } from './question-columns.js';

/**
 * Factor analysis of the question columns: column c of a user is mean(c) + loadings(c) · z + noise, with z ~ N(0, I) the user's
 * factors and noise ~ N(0, noises(c)). The loadings have a posterior of their own: their mean and their covariance.
 */
export interface FactorModel {
  /** K. */
  readonly factorCount: number;
  readonly columns: QuestionColumns;
  readonly means: Float64Array;
  /** Row-major, columns × K. */
  readonly loadings: Float64Array;
  /** Row-major, columns × K(K+1)/2, packed. */
  readonly covariances: Float64Array;
  readonly noises: Float64Array;
}

/** What each token tells of z, row-major by token: see `posteriorOf`. */
export interface TokenEvidence {
  readonly factorCount: number;
  /** Tokens × K(K+1)/2: added to the precision of z. */
  readonly precisions: Float64Array;
  /** Tokens × K: added to precision times mean of z. */
  readonly shifts: Float64Array;
}

/** Precision E[v vᵀ] / noise and shift (value − mean) · v / noise, summed over the columns that the token speaks of. */
export function evidenceOf(model: FactorModel): TokenEvidence {
  const { factorCount: k, columns, means, loadings, covariances, noises } = model;
  const packed = packedSize(k);
  const precisions = new Float64Array(columns.tokenCount * packed);
  const shifts = new Float64Array(columns.tokenCount * k);
  columns.valuesOfToken.forEach((values, token) => {
    for (const { column, value, weight } of values) {
      const scale = weight / (noises[column] as number);
      const residual = scale * (value - (means[column] as number));
      for (let i = 0; i < k; i += 1) {
        const loading = loadings[column * k + i] as number;
        const shift = token * k + i;
        shifts[shift] = (shifts[shift] as number) + residual * loading;
        for (let j = 0; j <= i; j += 1) {
          const at = packedRow(i) + j;
          const square =
            loading * (loadings[column * k + j] as number) + (covariances[column * packed + at] as number);
          const precision = token * packed + at;
          precisions[precision] = (precisions[precision] as number) + scale * square;
        }
      }
    }
  });
  return { factorCount: k, precisions, shifts };
}
