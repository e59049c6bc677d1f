import type { TokenLog } from './token-log.js';
import type { UserPosterior } from './user-posterior.js';

/**
 * Expected sums over users by token, all that the M-step needs: how many users chose it, Σ E[z] and Σ E[z zᵀ] of these, and the
 * first two with every vote weighted by its recency. Grows with the catalogue, not with the users.
 */
export class TokenStatistics {
  readonly counts: Float64Array;
  /** Row-major, tokens × K. */
  readonly sums: Float64Array;
  readonly recentCounts: Float64Array;
  readonly recentSums: Float64Array;
  /** Row-major, tokens × K(K+1)/2, packed. */
  readonly squares: Float64Array;
  /** Σ over users of E[z²], by factor. */
  readonly spread: Float64Array;
  users = 0;
  readonly #square: Float64Array;

  constructor(tokenCount: number, factorCount: number) {
    const packed = (factorCount * (factorCount + 1)) / 2;
    this.counts = new Float64Array(tokenCount);
    this.sums = new Float64Array(tokenCount * factorCount);
    this.recentCounts = new Float64Array(tokenCount);
    this.recentSums = new Float64Array(tokenCount * factorCount);
    this.squares = new Float64Array(tokenCount * packed);
    this.spread = new Float64Array(factorCount);
    this.#square = new Float64Array(packed);
  }

  clear(): void {
    const { counts, sums, recentCounts, recentSums, squares, spread } = this;
    for (const array of [counts, sums, recentCounts, recentSums, squares, spread]) array.fill(0);
    this.users = 0;
  }

  /** Adds a user with the tokens from `start` up to, not including, `end`. */
  add(
    { mean, covariance, factorCount: k }: UserPosterior,
    { tokens, recency }: TokenLog,
    { start, end }: { start: number; end: number },
  ): void {
    const { counts, sums, recentCounts, recentSums, squares, spread } = this;
    const square = this.#square;
    const packed = square.length;
    let at = 0;
    for (let i = 0; i < k; i += 1) {
      for (let j = 0; j <= i; j += 1) {
        square[at] = (covariance[at] as number) + (mean[i] as number) * (mean[j] as number);
        at += 1;
      }
      spread[i] = (spread[i] as number) + (square[at - 1] as number);
    }
    this.users += 1;
    for (let n = start; n < end; n += 1) {
      const token = tokens[n] as number;
      counts[token] = (counts[token] as number) + 1;
      const recent = recency[n] as number;
      recentCounts[token] = (recentCounts[token] as number) + recent;
      const first = token * k;
      for (let i = 0; i < k; i += 1) {
        const value = mean[i] as number;
        sums[first + i] = (sums[first + i] as number) + value;
        recentSums[first + i] = (recentSums[first + i] as number) + recent * value;
      }
      const line = token * packed;
      for (let m = 0; m < packed; m += 1) {
        squares[line + m] = (squares[line + m] as number) + (square[m] as number);
      }
    }
  }
}
