import { HunchError } from '../../domain/errors.js';
import type { FactorModel } from './factor-model.js';
import type { FactorSettings } from './factor-settings.js';
import type { LoadingPriors } from './loading-priors.js';
import { invertPacked, multiplyPacked, packedRow, packedSize, packedTrace } from './packed-matrix.js';
import type { QuestionKind } from './question-columns.js';
import type { TokenStatistics } from './token-statistics.js';

export interface ColumnPriors {
  readonly loadings: LoadingPriors;
  /** What the mean of each column is drawn to. */
  readonly means: Float64Array;
  readonly settings: FactorSettings;
}

/** The sums of one column, collected from the tokens of its poll. */
interface ColumnSums {
  weight: number;
  value: number;
  square: number;
  /** Votes and values weighted by recency, and Σ E[z] likewise. */
  recentWeight: number;
  recentValue: number;
  readonly recentFactors: Float64Array;
  /** Σ E[z], Σ value · E[z], and Σ E[z zᵀ] packed. */
  readonly factors: Float64Array;
  readonly products: Float64Array;
  readonly squares: Float64Array;
}

/**
 * The M-step: posterior of the loadings of every column, then its mean and its noise, given what the E-step expects of the
 * users. A column without votes keeps what its priors say.
 */
export function updateColumns(model: FactorModel, statistics: TokenStatistics, priors: ColumnPriors): void {
  const { factorCount: k, columns } = model;
  const sums: ColumnSums = {
    weight: 0,
    value: 0,
    square: 0,
    recentWeight: 0,
    recentValue: 0,
    recentFactors: new Float64Array(k),
    factors: new Float64Array(k),
    products: new Float64Array(k),
    squares: new Float64Array(packedSize(k)),
  };
  const shift = new Float64Array(k);
  const precision = new Float64Array(packedSize(k));
  for (let column = 0; column < columns.columnCount; column += 1) {
    collect(sums, { model, statistics, column });
    if (sums.weight === 0) {
      priors.loadings.apply(column);
      continue;
    }
    updateLoadings(model, { column, sums, shift, precision }, priors.loadings);
    updateMeanAndNoise(model, { column, sums }, priors);
  }
}

function collect(
  sums: ColumnSums,
  { model, statistics, column }: { model: FactorModel; statistics: TokenStatistics; column: number },
): void {
  const { columns, factorCount: k } = model;
  const packed = packedSize(k);
  sums.weight = 0;
  sums.value = 0;
  sums.square = 0;
  sums.recentWeight = 0;
  sums.recentValue = 0;
  sums.recentFactors.fill(0);
  sums.factors.fill(0);
  sums.products.fill(0);
  sums.squares.fill(0);
  const poll = columns.polls[column] as number;
  const end = columns.firstTokens[poll + 1] as number;
  for (let token = columns.firstTokens[poll] as number; token < end; token += 1) {
    const entry = columns.valuesOfToken[token]?.find((own) => own.column === column);
    const count = statistics.counts[token] as number;
    if (entry === undefined || count === 0) continue;
    const { value, weight } = entry;
    sums.weight += weight * count;
    sums.value += weight * count * value;
    sums.square += weight * count * value * value;
    const recent = weight * (statistics.recentCounts[token] as number);
    sums.recentWeight += recent;
    sums.recentValue += recent * value;
    for (let i = 0; i < k; i += 1) {
      const z = weight * (statistics.sums[token * k + i] as number);
      sums.factors[i] = (sums.factors[i] as number) + z;
      sums.products[i] = (sums.products[i] as number) + value * z;
      const recentZ = weight * (statistics.recentSums[token * k + i] as number);
      sums.recentFactors[i] = (sums.recentFactors[i] as number) + recentZ;
    }
    for (let at = 0; at < packed; at += 1) {
      const square = statistics.squares[token * packed + at] as number;
      sums.squares[at] = (sums.squares[at] as number) + weight * square;
    }
  }
}

interface LoadingUpdate {
  readonly column: number;
  readonly sums: ColumnSums;
  readonly shift: Float64Array;
  readonly precision: Float64Array;
}

/** Var v = (Σ E[z zᵀ] / noise + diag(1 / prior variance))⁻¹; v = Var v · (Σ (value − mean) E[z] / noise + centre / prior variance). */
function updateLoadings(
  { loadings, covariances, means, noises, factorCount: k }: FactorModel,
  { column, sums, shift, precision }: LoadingUpdate,
  priors: LoadingPriors,
): void {
  const variances = priors.variancesOf(column);
  const noise = noises[column] as number;
  const mean = means[column] as number;
  sums.squares.forEach((square, at) => {
    precision[at] = square / noise;
  });
  for (let i = 0; i < k; i += 1) {
    const variance = variances[i] as number;
    const diagonal = packedRow(i) + i;
    precision[diagonal] = (precision[diagonal] as number) + 1 / variance;
    const seen = (sums.products[i] as number) - mean * (sums.factors[i] as number);
    shift[i] = seen / noise + (priors.centres[column * k + i] as number) / variance;
  }
  if (!invertPacked(precision, k)) {
    throw new HunchError(
      'INVALID_MODEL',
      `The loadings of question ${column} have no posterior: its votes hold a value that is no finite number.`,
    );
  }
  covariances.set(precision, column * packedSize(k));
  multiplyPacked(precision, shift, loadings.subarray(column * k, (column + 1) * k));
}

function updateMeanAndNoise(
  { loadings, covariances, means, noises, factorCount: k, columns }: FactorModel,
  { column, sums }: { readonly column: number; readonly sums: ColumnSums },
  { means: expected, settings }: ColumnPriors,
): void {
  const { meanPrior, noisePrior, noise } = settings;
  const own = loadings.subarray(column * k, (column + 1) * k);
  const foretold = dot(own, sums.factors);
  const recent = sums.recentValue - dot(own, sums.recentFactors);
  const mean = (recent + meanPrior * (expected[column] as number)) / (sums.recentWeight + meanPrior);
  const packed = packedSize(k);
  const second = Float64Array.from(covariances.subarray(column * packed, (column + 1) * packed));
  for (let i = 0; i < k; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const at = packedRow(i) + j;
      second[at] = (second[at] as number) + (own[i] as number) * (own[j] as number);
    }
  }
  const error =
    sums.square -
    2 * mean * sums.value +
    mean * mean * sums.weight -
    2 * (dot(own, sums.products) - mean * foretold) +
    packedTrace({ data: second, offset: 0 }, { data: sums.squares, offset: 0 }, k);
  means[column] = mean;
  const assumed = noisePrior * noise[columns.kinds[column] as QuestionKind];
  noises[column] = (Math.max(0, error) + assumed) / (sums.weight + noisePrior);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
