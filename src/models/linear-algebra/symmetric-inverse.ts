import { BLOCK, DEPTH, factoriseCholesky, type SquareMatrix } from './cholesky.js';
import { subtractTransposedProduct } from './transposed-product.js';

/**
 * The inverse of a symmetric positive definite matrix, both triangles filled. `matrix` (its lower triangle is read) is used up: the
 * result lies in its memory. Needs one more matrix of the size while it works. Throws INVALID_MODEL as `factoriseCholesky` does.
 */
export function invertPositiveDefinite(matrix: SquareMatrix): SquareMatrix {
  factoriseCholesky(matrix);
  const inverseFactor = invertFactor(matrix);
  multiplyByOwnTranspose(inverseFactor, matrix);
  return matrix;
}

/** Row j of the result is column j of L⁻¹: an upper triangle, so that all products run along rows. */
function invertFactor({ size, data: factor }: SquareMatrix): SquareMatrix {
  const data = new Float64Array(size * size);
  for (let j = 0; j < size; j += 1) data[j * size + j] = 1;
  for (let start = 0; start < size; start += BLOCK) {
    const rows = Math.min(BLOCK, size - start);
    for (let first = 0; first <= start; first += BLOCK) {
      const columns = Math.min(BLOCK, size - first);
      const target = { data, offset: first * size + start, stride: size };
      for (let from = first; from < start; from += DEPTH) {
        const left = { data, offset: first * size + from, stride: size };
        const right = { data: factor, offset: start * size + from, stride: size };
        subtractTransposedProduct(
          target,
          { left, right },
          { rows: columns, columns: rows, depth: Math.min(DEPTH, start - from) },
        );
      }
      solveDiagonalBlock({ size, data }, factor, { start, end: start + rows, first, last: first + columns });
    }
  }
  return { size, data };
}

interface Range {
  readonly start: number;
  readonly end: number;
  readonly first: number;
  readonly last: number;
}

function solveDiagonalBlock({ size, data }: SquareMatrix, factor: Float64Array, range: Range): void {
  for (let column = range.first; column < range.last; column += 1) {
    const own = column * size;
    for (let row = Math.max(range.start, column); row < range.end; row += 1) {
      const line = row * size;
      let value = data[own + row] as number;
      for (let k = range.start; k < row; k += 1)
        value -= (data[own + k] as number) * (factor[line + k] as number);
      data[own + row] = value / (factor[line + row] as number);
    }
  }
}

/** target = U·Uᵀ for the upper triangle U. */
function multiplyByOwnTranspose({ size, data }: SquareMatrix, { data: target }: SquareMatrix): void {
  target.fill(0);
  for (let row = 0; row < size; row += BLOCK) {
    const rows = Math.min(BLOCK, size - row);
    for (let column = 0; column <= row; column += BLOCK) {
      const columns = Math.min(BLOCK, size - column);
      for (let from = row; from < size; from += DEPTH) {
        subtractTransposedProduct(
          { data: target, offset: row * size + column, stride: size },
          {
            left: { data, offset: row * size + from, stride: size },
            right: { data, offset: column * size + from, stride: size },
          },
          { rows, columns, depth: Math.min(DEPTH, size - from) },
        );
      }
    }
  }
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      const value = -(target[row * size + column] as number);
      target[row * size + column] = value;
      target[column * size + row] = value;
    }
  }
}
