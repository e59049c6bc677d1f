import { HunchError } from '../../domain/errors.js';
import { subtractTransposedProduct } from './transposed-product.js';

/** Rows and columns of a block: two blocks of 48 × 256 doubles stay in the second-level cache. */
export const BLOCK = 48;
/** Length of the pieces into which dot products are cut, for the same reason. */
export const DEPTH = 256;

/** A square matrix, row-major: element (row, column) at `row * size + column`. */
export interface SquareMatrix {
  readonly size: number;
  readonly data: Float64Array;
}

/**
 * Replaces the lower triangle (diagonal included) of a symmetric positive definite matrix by its Cholesky factor L, A = L·Lᵀ
 * (Golub and Van Loan, Matrix Computations, 4.2: blocked, left-looking). The upper triangle is neither read nor written.
 * Throws INVALID_MODEL where the matrix is not positive definite or holds what is no finite number.
 */
export function factoriseCholesky({ size, data }: SquareMatrix): void {
  for (let start = 0; start < size; start += BLOCK) {
    const columns = Math.min(BLOCK, size - start);
    for (let row = start; row < size; row += BLOCK) {
      subtractFinishedColumns(data, size, {
        row,
        rows: Math.min(BLOCK, size - row),
        column: start,
        columns,
      });
    }
    factoriseColumns(data, size, { start, columns });
  }
}

interface Panel {
  readonly row: number;
  readonly rows: number;
  readonly column: number;
  readonly columns: number;
}

function subtractFinishedColumns(data: Float64Array, size: number, panel: Panel): void {
  const { row, rows, column, columns } = panel;
  const target = { data, offset: row * size + column, stride: size };
  for (let from = 0; from < column; from += DEPTH) {
    const left = { data, offset: row * size + from, stride: size };
    const right = { data, offset: column * size + from, stride: size };
    subtractTransposedProduct(
      target,
      { left, right },
      { rows, columns, depth: Math.min(DEPTH, column - from) },
    );
  }
}

function factoriseColumns(
  data: Float64Array,
  size: number,
  { start, columns }: { start: number; columns: number },
): void {
  const end = start + columns;
  for (let column = start; column < end; column += 1) {
    const above = column * size;
    let pivot = data[above + column] as number;
    for (let k = start; k < column; k += 1) pivot -= (data[above + k] as number) ** 2;
    if (!(pivot > 0) || !Number.isFinite(pivot)) {
      throw new HunchError(
        'INVALID_MODEL',
        `The matrix to solve is not positive definite: pivot ${column} of ${size} is ${pivot}. The votes or the penalty hold a value that is no finite number.`,
      );
    }
    const root = Math.sqrt(pivot);
    data[above + column] = root;
    for (let row = column + 1; row < size; row += 1) {
      const here = row * size;
      let value = data[here + column] as number;
      for (let k = start; k < column; k += 1) {
        value -= (data[here + k] as number) * (data[above + k] as number);
      }
      data[here + column] = value / root;
    }
  }
}
