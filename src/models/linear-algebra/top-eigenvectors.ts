import type { SquareMatrix } from './cholesky.js';
import { denseProduct } from './dense-product.js';
import { symmetricEigen } from './symmetric-eigen.js';

/** More directions than wanted are followed, so that the last wanted one is found too. */
const OVERSAMPLING = 8;
const PASSES = 16;

export interface Eigenvectors {
  /** Falling, by absolute value. */
  readonly values: Float64Array;
  /** Row-major, size × count: column f belongs to `values[f]`. */
  readonly vectors: Float64Array;
}

/**
 * The eigenvectors of a symmetric matrix (both triangles filled) with the largest absolute eigenvalues, at most as many as it has:
 * subspace iteration with a Rayleigh–Ritz step (Golub and Van Loan, Matrix Computations, 8.2.4). Close to exact for
 * eigenvalues that stand out, and deterministic; the sign of each vector is that which makes its largest element positive.
 */
export function topEigenvectors({ size, data }: SquareMatrix, count: number): Eigenvectors {
  const wanted = Math.min(count, size);
  const width = Math.min(size, wanted + OVERSAMPLING);
  // Fixed directions that no real matrix is likely to be orthogonal to.
  let basis = Float64Array.from({ length: size * width }, (_, at) =>
    Math.sin(1 + at * 12.9898 + at * at * 0.013),
  );
  orthonormalise(basis, width);
  for (let pass = 0; pass < PASSES; pass += 1) {
    basis = denseProduct(data, basis, { rows: size, depth: size, width });
    orthonormalise(basis, width);
  }
  const image = denseProduct(data, basis, { rows: size, depth: size, width });
  const small = new Float64Array(width * width);
  for (let row = 0; row < size; row += 1) {
    for (let i = 0; i < width; i += 1) {
      for (let j = 0; j < width; j += 1) {
        const at = i * width + j;
        small[at] =
          (small[at] as number) + (basis[row * width + i] as number) * (image[row * width + j] as number);
      }
    }
  }
  const { values, vectors } = symmetricEigen({ size: width, data: small });
  const order = Array.from(values.keys()).sort(
    (a, b) => Math.abs(values[b] as number) - Math.abs(values[a] as number) || a - b,
  );
  const result = new Float64Array(size * wanted);
  for (let row = 0; row < size; row += 1) {
    for (let f = 0; f < wanted; f += 1) {
      let sum = 0;
      for (let i = 0; i < width; i += 1) {
        sum += (basis[row * width + i] as number) * (vectors[i * width + (order[f] as number)] as number);
      }
      result[row * wanted + f] = sum;
    }
  }
  fixSigns(result, wanted);
  return { values: Float64Array.from(order.slice(0, wanted), (f) => values[f] as number), vectors: result };
}

/** Gram and Schmidt, twice for each column, since once leaves rounding errors. Columns without anything left become zero. */
function orthonormalise(basis: Float64Array, width: number): void {
  const rows = basis.length / width;
  const at = (row: number, column: number): number => basis[row * width + column] as number;
  for (let column = 0; column < width; column += 1) {
    for (let pass = 0; pass < 2; pass += 1) {
      for (let other = 0; other < column; other += 1) {
        let dot = 0;
        for (let row = 0; row < rows; row += 1) dot += at(row, column) * at(row, other);
        for (let row = 0; row < rows; row += 1) {
          basis[row * width + column] = at(row, column) - dot * at(row, other);
        }
      }
    }
    let square = 0;
    for (let row = 0; row < rows; row += 1) square += at(row, column) ** 2;
    const scale = square > 1e-24 ? 1 / Math.sqrt(square) : 0;
    for (let row = 0; row < rows; row += 1) basis[row * width + column] = at(row, column) * scale;
  }
}

function fixSigns(vectors: Float64Array, width: number): void {
  for (let column = 0; column < width; column += 1) {
    let largest = 0;
    for (let at = column; at < vectors.length; at += width) {
      const value = vectors[at] as number;
      if (Math.abs(value) > Math.abs(largest) + 1e-12) largest = value;
    }
    if (largest >= 0) continue;
    for (let at = column; at < vectors.length; at += width) vectors[at] = -(vectors[at] as number);
  }
}
