import { HunchError } from './errors.js';
import type { PollId } from './ids.js';

/** Polls as vectors, made by one version of the personalisation model. */
export interface PollVectors {
  readonly ids: readonly PollId[];
  readonly dims: number;
  /** Row-major, polls × dims, in the order of the ids. */
  readonly values: Float32Array;
}

/** Length of the part of a vector that says which polls are voted on together. */
export const KINSHIP_DIMS = 16;

/**
 * Where the parts of a poll's vector begin. With z a user's K factors, liking · z + likingMean is the vote (+1 or −1) that is expected of
 * the user, and answer · z + answerMean how far the chance of an answer is expected to lie above one half. The kinship is of
 * length 1, or all 0 where nothing is known.
 */
export interface PollVectorLayout {
  /** K. */
  readonly factorCount: number;
  /** K loadings of liking. */
  readonly liking: number;
  /** K loadings of answering. */
  readonly answer: number;
  readonly likingMean: number;
  readonly answerMean: number;
  /** KINSHIP_DIMS numbers. */
  readonly kinship: number;
  /** Length of the vector. */
  readonly dims: number;
}

export const layoutOfFactors = (factorCount: number): PollVectorLayout => ({
  factorCount,
  liking: 0,
  answer: factorCount,
  likingMean: 2 * factorCount,
  answerMean: 2 * factorCount + 1,
  kinship: 2 * factorCount + 2,
  dims: 2 * factorCount + 2 + KINSHIP_DIMS,
});

/** The layout of vectors of this length. Throws INVALID_MODEL where there is none. */
export function layoutOfDims(dims: number): PollVectorLayout {
  const layout = layoutOfFactors((dims - 2 - KINSHIP_DIMS) / 2);
  if (Number.isInteger(layout.factorCount) && layout.factorCount >= 0) return layout;
  throw new HunchError(
    'INVALID_MODEL',
    `Vectors of polls have ${2 + KINSHIP_DIMS} numbers and two for each factor; got ${dims}. Run the flow personalise, which makes them again.`,
  );
}
