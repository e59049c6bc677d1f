import { factoriseCholesky } from './cholesky.js';

/** x of A·x = b for a small symmetric positive definite A. Throws INVALID_MODEL where A is not. */
export function solvePositiveDefinite(
  matrix: readonly (readonly number[])[],
  right: readonly number[],
): number[] {
  const size = right.length;
  const data = Float64Array.from(matrix.flat());
  factoriseCholesky({ size, data });
  const at = (row: number, column: number): number => data[row * size + column] as number;
  const x = [...right];
  for (let row = 0; row < size; row += 1) {
    for (let k = 0; k < row; k += 1) x[row] = (x[row] as number) - at(row, k) * (x[k] as number);
    x[row] = (x[row] as number) / at(row, row);
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    for (let k = row + 1; k < size; k += 1) x[row] = (x[row] as number) - at(k, row) * (x[k] as number);
    x[row] = (x[row] as number) / at(row, row);
  }
  return x;
}
