import type { SquareMatrix } from './cholesky.js';

/** Steps that an eigenvalue may take; two or three are usual. */
const MOST_STEPS = 60;
/** In a matrix whose largest element is 1, what is smaller counts as 0: products of such numbers have lost their digits. */
const NEGLIGIBLE = 1e-140;

export interface Eigen {
  /** In no order. */
  readonly values: Float64Array;
  /** Row-major: column f is the eigenvector of `values[f]`, of length 1. */
  readonly vectors: Float64Array;
}

/** A symmetric matrix with nothing beside its diagonal and its neighbours. */
interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** Element i stands beside diagonal elements i and i + 1. */
  readonly beside: Float64Array;
}

/**
 * All eigenvalues and eigenvectors of a symmetric matrix (both triangles filled), which is used up: Householder reflections to
 * tridiagonal form, then QR steps with Wilkinson's shift (Golub and Van Loan, Matrix Computations, 8.3).
 */
export function symmetricEigen({ size, data }: SquareMatrix): Eigen {
  const scale = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  for (let at = 0; at < data.length; at += 1) data[at] = (data[at] as number) / scale;
  const { tridiagonal, turns } = reduceToTridiagonal({ size, data });
  diagonalise(tridiagonal, turns);
  const vectors = new Float64Array(size * size);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      vectors[column * size + row] = turns[row * size + column] as number;
    }
  }
  return { values: tridiagonal.diagonal.map((value) => value * scale), vectors };
}

/** `turns` is the transpose of the product of the reflections, row-major: vectors are turned row by row, which is quick. */
function reduceToTridiagonal({ size, data }: SquareMatrix): {
  readonly tridiagonal: Tridiagonal;
  readonly turns: Float64Array;
} {
  const diagonal = new Float64Array(size);
  const beside = new Float64Array(Math.max(0, size - 1));
  const shares = new Float64Array(size);
  for (let step = 0; step < size - 2; step += 1) {
    const reflection = data.subarray(step * size + step + 1, (step + 1) * size);
    const length = Math.sqrt(dot(reflection, reflection));
    if (length < NEGLIGIBLE) continue;
    const first = reflection[0] as number;
    // Twice over the squared length of the reflection vector (first − kept, rest …).
    const share = 1 / (length * (length + Math.abs(first)));
    const kept = first > 0 ? -length : length;
    beside[step] = kept;
    shares[step] = share;
    reflection[0] = first - kept;
    reflectBothSides({ size, data }, reflection, { from: step + 1, share });
  }
  if (size > 1) beside[size - 2] = data[(size - 2) * size + size - 1] as number;
  for (let i = 0; i < size; i += 1) diagonal[i] = data[i * size + i] as number;

  const turns = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) turns[i * size + i] = 1;
  for (let step = size - 3; step >= 0; step -= 1) {
    const reflection = data.subarray(step * size + step + 1, (step + 1) * size);
    for (let row = step + 1; row < size; row += 1) {
      const turned = turns.subarray(row * size + step + 1, (row + 1) * size);
      addScaled(turned, reflection, -(shares[step] as number) * dot(turned, reflection));
    }
  }
  return { tridiagonal: { diagonal, beside }, turns };
}

/** A ← H A H on the rows and columns from `from` on, with H = I − share · v vᵀ. */
function reflectBothSides(
  { size, data }: SquareMatrix,
  v: Float64Array,
  { from, share }: { readonly from: number; readonly share: number },
): void {
  const count = size - from;
  const rowOf = (index: number): Float64Array =>
    data.subarray((from + index) * size + from, (from + index + 1) * size);
  const image = new Float64Array(count);
  for (let index = 0; index < count; index += 1) image[index] = share * dot(rowOf(index), v);
  addScaled(image, v, (-share / 2) * dot(image, v));
  for (let index = 0; index < count; index += 1) {
    const row = rowOf(index);
    addScaled(row, image, -(v[index] as number));
    addScaled(row, v, -(image[index] as number));
  }
}

/** Leaves the eigenvalues on the diagonal and the eigenvectors in the rows of `turns`. */
function diagonalise({ diagonal, beside }: Tridiagonal, turns: Float64Array): void {
  const size = diagonal.length;
  let last = size - 1;
  for (let step = 0; last > 0 && step < MOST_STEPS * size; step += 1) {
    let first = last;
    while (first > 0 && isCoupled({ diagonal, beside }, first - 1)) first -= 1;
    if (first === last) last -= 1;
    else takeStep({ diagonal, beside }, turns, { first, last });
  }
}

function isCoupled({ diagonal, beside }: Tridiagonal, place: number): boolean {
  const size = Math.abs(diagonal[place] as number) + Math.abs(diagonal[place + 1] as number);
  return Math.abs(beside[place] as number) > Math.max(NEGLIGIBLE, Number.EPSILON * size);
}

/** One implicit QR step on the rows `first` to `last`. */
function takeStep(
  { diagonal, beside }: Tridiagonal,
  turns: Float64Array,
  { first, last }: { readonly first: number; readonly last: number },
): void {
  const size = diagonal.length;
  const corner = beside[last - 1] as number;
  const half = ((diagonal[last - 1] as number) - (diagonal[last] as number)) / 2;
  const root = Math.hypot(half, corner);
  const shift = (diagonal[last] as number) - corner ** 2 / (half + (half < 0 ? -root : root));
  let x = (diagonal[first] as number) - shift;
  let z = beside[first] as number;
  for (let k = first; k < last; k += 1) {
    const r = Math.hypot(x, z);
    const c = r === 0 ? 1 : x / r;
    const s = r === 0 ? 0 : z / r;
    if (k > first) beside[k - 1] = r;
    const [a, b, d] = [diagonal[k] as number, beside[k] as number, diagonal[k + 1] as number];
    diagonal[k] = c * c * a + 2 * c * s * b + s * s * d;
    diagonal[k + 1] = s * s * a - 2 * c * s * b + c * c * d;
    beside[k] = c * s * (d - a) + (c * c - s * s) * b;
    if (k < last - 1) {
      x = beside[k] as number;
      z = s * (beside[k + 1] as number);
      beside[k + 1] = c * (beside[k + 1] as number);
    }
    turnRows(turns, { upper: k * size, lower: (k + 1) * size, size }, { c, s });
  }
}

function turnRows(
  turns: Float64Array,
  { upper, lower, size }: { readonly upper: number; readonly lower: number; readonly size: number },
  { c, s }: { readonly c: number; readonly s: number },
): void {
  for (let i = 0; i < size; i += 1) {
    const a = turns[upper + i] as number;
    const b = turns[lower + i] as number;
    turns[upper + i] = c * a + s * b;
    turns[lower + i] = c * b - s * a;
  }
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < left.length; i += 1) sum += (left[i] as number) * (right[i] as number);
  return sum;
}

function addScaled(target: Float64Array, source: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i += 1) {
    target[i] = (target[i] as number) + factor * (source[i] as number);
  }
}
