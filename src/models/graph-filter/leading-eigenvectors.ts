import type { SquareMatrix } from '../linear-algebra/cholesky.js';
import { symmetricEigen } from '../linear-algebra/symmetric-eigen.js';
import { multiplyTall, symmetricProduct, type TallMatrix } from '../linear-algebra/tall-product.js';

/** Of a symmetric matrix without negative eigenvalues. */
export interface LeadingEigenvectors {
  /** Falling, above 0. */
  readonly values: Float64Array;
  /** Column f belongs to `values[f]`. */
  readonly vectors: TallMatrix;
}

export interface EigenvectorSearch {
  /** Rows of the matrix. */
  readonly size: number;
  readonly count: number;
  readonly oversampling: number;
  readonly sweeps: number;
  /** Told after every product with the matrix. */
  readonly onSweep: () => void;
}

/** Directions whose share of the largest one's square is smaller are rounding errors of single precision. */
const LEAST_SHARE = 1e-12;
/** Eigenvalues below this share of the largest are left out for the same reason. */
const LEAST_EIGENVALUE = 1e-6;

/**
 * The eigenvectors of the largest eigenvalues of a matrix that is only known by its product with others: randomised subspace
 * iteration (Halko, Martinsson and Tropp, Finding Structure with Randomness, SIAM Review 2011, algorithms 4.4 and 5.3). There are
 * fewer than `count` where the matrix has a lower rank. The start is the same whenever the size is.
 */
export function leadingEigenvectors(
  apply: (right: TallMatrix) => TallMatrix,
  { size, count, oversampling, sweeps, onSweep }: EigenvectorSearch,
): LeadingEigenvectors {
  let basis = startMatrix(size, Math.min(size, count + oversampling));
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    basis = orthonormalised(apply(basis));
    onSweep();
  }
  const { values, vectors } = ordered(symmetricProduct(basis, apply(basis)));
  const isKept = values.map((value) => Number(value > LEAST_EIGENVALUE * (values[0] as number)));
  const kept = Math.min(count, isKept.lastIndexOf(1) + 1);
  return {
    values: values.slice(0, kept),
    vectors: multiplyTall(basis, firstColumns(vectors, values.length, kept), kept),
  };
}

/** Numbers without pattern between -1 and 1: the mixing of MurmurHash3, applied to the place. */
function startMatrix(rows: number, columns: number): TallMatrix {
  const data = new Float32Array(rows * columns);
  for (let at = 0; at < data.length; at += 1) {
    let bits = Math.imul(at + 1, 0x9e3779b1);
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    data[at] = (bits ^ (bits >>> 16)) / 2 ** 31;
  }
  return { columns, data };
}

/**
 * A matrix with orthonormal columns that span the same space, fewer where some depend on others: its columns, turned by the
 * eigenvectors of their inner products. These are of double precision, so that once is enough.
 */
function orthonormalised(tall: TallMatrix): TallMatrix {
  const { values, vectors } = ordered(symmetricProduct(tall, tall));
  const width = values.length;
  const isKept = values.map((value) => Number(value > LEAST_SHARE * (values[0] as number)));
  const kept = isKept.lastIndexOf(1) + 1;
  const factor = firstColumns(vectors, width, kept);
  for (let at = 0; at < factor.length; at += 1) {
    factor[at] = (factor[at] as number) / Math.sqrt(values[at % kept] as number);
  }
  return multiplyTall(tall, factor, kept);
}

/** Eigenvalues falling, and their vectors in the same order. */
function ordered(matrix: SquareMatrix): { readonly values: Float64Array; readonly vectors: Float64Array } {
  const { size } = matrix;
  const { values, vectors } = symmetricEigen(matrix);
  const order = Array.from(values.keys()).sort((a, b) => (values[b] as number) - (values[a] as number));
  return {
    values: Float64Array.from(order, (place) => values[place] as number),
    vectors: Float64Array.from(
      vectors,
      (_, at) => vectors[at - (at % size) + (order[at % size] as number)] as number,
    ),
  };
}

const firstColumns = (matrix: Float64Array, width: number, count: number): Float64Array =>
  matrix.filter((_, at) => at % width < count);
