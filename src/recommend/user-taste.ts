import { KINSHIP_DIMS, layoutOfDims, type PollVectorLayout } from '../domain/poll-vectors.js';

/** A vote with the vector of its poll. */
export interface VectorVote {
  /** As in the history. */
  readonly token: string;
  readonly vector: Float32Array;
  /** +1, −1, 0 for a pass; null for an option without polarity, which counts as answered. */
  readonly sign: number | null;
}

/** What one vote adds to the score of a poll. */
export interface VoteShare {
  readonly token: string;
  readonly weight: number;
}

/** Variance of what the factors leave open of a vote on liking, and on answering: about what the model learns. */
const NOISE = { liking: 0.5, answer: 0.12 } as const;
/** What a pass counts as a vote on liking. */
const NEUTRAL_WEIGHT = 0.75;
/** As in the model's own blend. */
const CHANCES = { liking: 0.35, answer: 0.22 } as const;
/** How much the chance of liking, and of answering, rises with its expected value where it is about one half. */
const SLOPES = { liking: 0.53, answer: 1.15 } as const;
/** Stands for interest and co-votes. */
const KINSHIP_WEIGHT = 0.4;

/**
 * A user in the space of the vectors of polls: the posterior of the factors z ~ N(0, I) given the votes, which is a ridge regression of
 * the votes on the loadings (Bishop, Pattern Recognition and Machine Learning, 3.3.1), and the mean kinship of the polls voted on.
 * The order of the votes makes no difference but for rounding.
 */
export class UserTaste {
  readonly #layout: PollVectorLayout;
  readonly #votes: readonly VectorVote[];
  /** By vote: its part of the mean of z. */
  readonly #parts: readonly Float64Array[];
  readonly #factors: Float64Array;
  /** By vote: the kinship of its poll. */
  readonly #kinships: readonly Float64Array[];
  readonly #kinship: Float64Array;

  private constructor(votes: readonly VectorVote[], layout: PollVectorLayout) {
    this.#layout = layout;
    this.#votes = votes;
    const { factorCount: k, kinship } = layout;
    const covariance = identity(k);
    const shifts = votes.map((vote) => {
      const shift = new Float64Array(k);
      for (const { loadings, residual, noise } of observations(vote, layout)) {
        takeIn(covariance, loadings, noise);
        loadings.forEach((loading, at) => {
          shift[at] = (shift[at] as number) + (residual * loading) / noise;
        });
      }
      return shift;
    });
    this.#parts = shifts.map((shift) => multiply(covariance, shift));
    this.#factors = sum(this.#parts, k);
    this.#kinships = votes.map(({ vector }) =>
      Float64Array.from(vector.subarray(kinship, kinship + KINSHIP_DIMS)),
    );
    this.#kinship = sum(this.#kinships, KINSHIP_DIMS).map((value) => value / votes.length);
  }

  /** Null without a vote. Throws INVALID_MODEL where the vectors are of no known length. */
  static of(votes: readonly VectorVote[]): UserTaste | null {
    const [first] = votes;
    return first === undefined ? null : new UserTaste(votes, layoutOfDims(first.vector.length));
  }

  /** The mean of the user's factors. */
  get factors(): readonly number[] {
    return [...this.#factors];
  }

  /**
   * The vector whose inner product with that of a poll is the poll's score. `likingWeight`: what liking counts beside answering, 0 to 1;
   * null as in the model's blend.
   */
  query(likingWeight: number | null): Float32Array {
    const { layout, a, b } = this.#weights(likingWeight);
    const query = new Float32Array(layout.dims);
    query.set(
      this.#factors.map((value) => a * value),
      layout.liking,
    );
    query.set(
      this.#factors.map((value) => b * value),
      layout.answer,
    );
    query[layout.likingMean] = a;
    query[layout.answerMean] = b;
    query.set(
      this.#kinship.map((value) => KINSHIP_WEIGHT * value),
      layout.kinship,
    );
    return query;
  }

  /** The vote that speaks most for a poll; null where none does. */
  mostTelling(vector: Float32Array, likingWeight: number | null): VoteShare | null {
    const { layout, a, b } = this.#weights(likingWeight);
    const { factorCount: k, kinship } = layout;
    const gains = Float64Array.from({ length: k }, (_, at) => {
      return a * (vector[layout.liking + at] as number) + b * (vector[layout.answer + at] as number);
    });
    const kin = Float64Array.from(vector.subarray(kinship, kinship + KINSHIP_DIMS));
    let most: VoteShare | null = null;
    // This runs for every candidate. All arrays are of one type, which makes it nearly twice as fast.
    this.#votes.forEach(({ token }, place) => {
      const shared = dot(this.#kinships[place] as Float64Array, kin) / this.#votes.length;
      const weight = dot(this.#parts[place] as Float64Array, gains) + KINSHIP_WEIGHT * shared;
      if (weight > (most?.weight ?? 0)) most = { token, weight };
    });
    return most;
  }

  #weights(likingWeight: number | null): {
    readonly layout: PollVectorLayout;
    readonly a: number;
    readonly b: number;
  } {
    const both = CHANCES.liking + CHANCES.answer;
    const share = likingWeight ?? CHANCES.liking / both;
    return { layout: this.#layout, a: both * share * SLOPES.liking, b: both * (1 - share) * SLOPES.answer };
  }
}

/** loadings · z is `residual`, but for noise of this variance. */
interface Observation {
  readonly loadings: Float32Array;
  readonly residual: number;
  readonly noise: number;
}

function observations({ vector, sign }: VectorVote, layout: PollVectorLayout): Observation[] {
  const { factorCount: k, liking, answer, likingMean, answerMean } = layout;
  const answered = sign === 0 ? -0.5 : 0.5;
  const ofAnswer: Observation = {
    loadings: vector.subarray(answer, answer + k),
    residual: answered - (vector[answerMean] as number),
    noise: NOISE.answer,
  };
  if (sign === null) return [ofAnswer];
  const ofLiking: Observation = {
    loadings: vector.subarray(liking, liking + k),
    residual: sign - (vector[likingMean] as number),
    noise: sign === 0 ? NOISE.liking / NEUTRAL_WEIGHT : NOISE.liking,
  };
  return [ofLiking, ofAnswer];
}

/** A square matrix, row by row. */
function identity(size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? 1 : 0));
}

/** What is left of a covariance C once one more number is known: C − C v vᵀ C / (noise + vᵀ C v). In place. */
function takeIn(covariance: Float64Array, loadings: Float32Array, noise: number): void {
  const gain = multiply(covariance, loadings);
  const variance = noise + dot(gain, loadings);
  gain.forEach((left, row) => {
    const scaled = left / variance;
    gain.forEach((right, column) => {
      const at = row * gain.length + column;
      covariance[at] = (covariance[at] as number) - scaled * right;
    });
  });
}

function multiply(matrix: Float64Array, vector: ArrayLike<number>): Float64Array {
  const size = vector.length;
  return Float64Array.from({ length: size }, (_, row) =>
    dot(matrix.subarray(row * size, (row + 1) * size), vector),
  );
}

function dot(first: ArrayLike<number>, second: ArrayLike<number>): number {
  let total = 0;
  for (let at = 0; at < first.length; at += 1) total += (first[at] as number) * (second[at] as number);
  return total;
}

function sum(vectors: readonly ArrayLike<number>[], size: number): Float64Array {
  const total = new Float64Array(size);
  for (const vector of vectors) {
    for (let at = 0; at < size; at += 1) total[at] = (total[at] as number) + (vector[at] as number);
  }
  return total;
}
