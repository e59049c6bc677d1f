import { HunchError } from '../../domain/errors.js';
import type { TokenEvidence } from './factor-model.js';
import { invertPacked, multiplyPacked, packedRow, packedSize } from './packed-matrix.js';

/**
 * The posterior of one user's factors given tokens: covariance C = (I + Σ precision)⁻¹ and mean C · Σ shift (Bishop, Pattern
 * Recognition and Machine Learning, 12.2.1). Fold-in at request time is the same sum and inverse. One instance is used
 * over and over; its arrays are overwritten by the next call.
 */
export class UserPosterior {
  readonly factorCount: number;
  readonly mean: Float64Array;
  /** Packed. */
  readonly covariance: Float64Array;
  readonly #shift: Float64Array;

  constructor(factorCount: number) {
    this.factorCount = factorCount;
    this.mean = new Float64Array(factorCount);
    this.covariance = new Float64Array(packedSize(factorCount));
    this.#shift = new Float64Array(factorCount);
  }

  /** Of the tokens from `start` up to, not including, `end`. Throws INVALID_MODEL where the evidence holds no finite numbers. */
  update(evidence: TokenEvidence, tokens: Int32Array, { start, end }: { start: number; end: number }): void {
    const { precisions, shifts } = evidence;
    const k = this.factorCount;
    const { covariance } = this;
    const packed = covariance.length;
    const shift = this.#shift.fill(0);
    covariance.fill(0);
    for (let i = 0; i < k; i += 1) covariance[packedRow(i) + i] = 1;
    for (let n = start; n < end; n += 1) {
      const token = tokens[n] as number;
      const first = token * packed;
      for (let at = 0; at < packed; at += 1) {
        covariance[at] = (covariance[at] as number) + (precisions[first + at] as number);
      }
      for (let i = 0; i < k; i += 1) shift[i] = (shift[i] as number) + (shifts[token * k + i] as number);
    }
    if (!invertPacked(covariance, k)) {
      throw new HunchError(
        'INVALID_MODEL',
        'The precision of a user’s factors is not positive definite: the votes or the settings hold a value that is no finite number.',
      );
    }
    multiplyPacked(covariance, shift, this.mean);
  }
}
