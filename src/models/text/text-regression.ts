import { denseProduct } from '../linear-algebra/dense-product.js';
import { invertPositiveDefinite } from '../linear-algebra/symmetric-inverse.js';
import { type TextVector, textCosines } from './character-grams.js';

/**
 * Kernel ridge regression on the text of questions: foretells a number of a poll from those of polls with a similar question.
 * prediction = κ (K + diag(ridge))⁻¹ y, κ and K holding cosines of TF-IDF vectors (Hastie, Tibshirani and Friedman, The
 * Elements of Statistical Learning, 5.8). A poll that is learnt is drawn to its own number too, the more the smaller
 * its ridge.
 */
export class TextRegression {
  readonly #inverse: Float64Array;
  readonly #cosines: Float64Array;
  readonly #size: number;
  readonly #rows: number;

  /** `learnt`: places of the polls with known numbers; `ridge`: one for each of these; `polls`: places to foretell. */
  constructor(
    vectors: readonly TextVector[],
    { learnt, ridge, polls }: { learnt: Int32Array; ridge: (place: number) => number; polls: Int32Array },
  ) {
    const size = learnt.length;
    const data = textCosines(vectors, learnt, learnt);
    learnt.forEach((place, row) => {
      const diagonal = row * size + row;
      data[diagonal] = (data[diagonal] as number) + ridge(place);
    });
    this.#size = size;
    this.#rows = polls.length;
    this.#inverse = size === 0 ? data : invertPositiveDefinite({ size, data }).data;
    this.#cosines = textCosines(vectors, polls, learnt);
  }

  /** `known`: row-major, learnt × width. Gives polls × width, 0 where no text is alike. */
  predict(known: ArrayLike<number>, width: number): Float64Array {
    const depth = this.#size;
    const weights = denseProduct(this.#inverse, known, { rows: depth, depth, width });
    return denseProduct(this.#cosines, weights, { rows: this.#rows, depth, width });
  }
}
