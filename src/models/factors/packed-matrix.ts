/** Numbers in the lower triangle of a symmetric matrix of this size, diagonal included, stored row by row. */
export const packedSize = (size: number): number => (size * (size + 1)) / 2;

/** Where row `row` of a packed triangle starts. */
export const packedRow = (row: number): number => (row * (row + 1)) / 2;

/**
 * Replaces a packed positive definite matrix by its inverse, by Cholesky: A = L·Lᵀ, A⁻¹ = L⁻ᵀ·L⁻¹. For small sizes, in place and
 * without memory of its own. Gives false, with the matrix destroyed, where it is not positive definite.
 */
export function invertPacked(matrix: Float64Array, size: number): boolean {
  for (let i = 0; i < size; i += 1) {
    const rowI = packedRow(i);
    for (let j = 0; j <= i; j += 1) {
      const rowJ = packedRow(j);
      let sum = matrix[rowI + j] as number;
      for (let k = 0; k < j; k += 1) sum -= (matrix[rowI + k] as number) * (matrix[rowJ + k] as number);
      if (i !== j) {
        matrix[rowI + j] = sum / (matrix[rowJ + j] as number);
        continue;
      }
      if (!(sum > 0)) return false;
      matrix[rowI + i] = Math.sqrt(sum);
    }
  }
  invertFactor(matrix, size);
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = 0;
      for (let k = i; k < size; k += 1) {
        sum += (matrix[packedRow(k) + i] as number) * (matrix[packedRow(k) + j] as number);
      }
      matrix[packedRow(i) + j] = sum;
    }
  }
  return true;
}

/** L⁻¹ in the place of L, column by column: entries below the diagonal are read before they are replaced. */
function invertFactor(matrix: Float64Array, size: number): void {
  for (let i = 0; i < size; i += 1) {
    const rowI = packedRow(i);
    const pivot = 1 / (matrix[rowI + i] as number);
    for (let j = 0; j < i; j += 1) {
      let sum = 0;
      for (let k = j; k < i; k += 1) {
        sum -= (matrix[rowI + k] as number) * (matrix[packedRow(k) + j] as number);
      }
      matrix[rowI + j] = sum * pivot;
    }
    matrix[rowI + i] = pivot;
  }
}

/** y = A·x for a packed A. */
export function multiplyPacked(
  matrix: ArrayLike<number>,
  vector: ArrayLike<number>,
  result: Float64Array,
): void {
  const size = result.length;
  result.fill(0);
  for (let i = 0; i < size; i += 1) {
    const row = packedRow(i);
    let sum = (matrix[row + i] as number) * (vector[i] as number);
    for (let j = 0; j < i; j += 1) {
      const value = matrix[row + j] as number;
      sum += value * (vector[j] as number);
      result[j] = (result[j] as number) + value * (vector[i] as number);
    }
    result[i] = (result[i] as number) + sum;
  }
}

/** trace(A·B) of two packed matrices that start at the offsets: the sum over all elements of both, off-diagonal ones twice. */
export function packedTrace(
  a: { readonly data: ArrayLike<number>; readonly offset: number },
  b: { readonly data: ArrayLike<number>; readonly offset: number },
  size: number,
): number {
  let sum = 0;
  let at = 0;
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const product = (a.data[a.offset + at] as number) * (b.data[b.offset + at] as number);
      sum += i === j ? product : 2 * product;
      at += 1;
    }
  }
  return sum;
}
