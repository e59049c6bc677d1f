import fc from 'fast-check';
import type { SquareMatrix } from '../../src/models/linear-algebra/cholesky.js';

/** Symmetric matrices of 1 to 14 rows, some of them with far fewer independent ones. */
export const symmetricMatrices: fc.Arbitrary<SquareMatrix> = fc
  .record({ size: fc.integer({ min: 1, max: 14 }), rank: fc.integer({ min: 1, max: 14 }) })
  .chain(({ size, rank }) =>
    fc
      .array(fc.double({ min: -2, max: 2, noNaN: true }), {
        minLength: (size + 1) * rank,
        maxLength: (size + 1) * rank,
      })
      .map((numbers) => ({ size, data: sumOfSquares(size, numbers) })),
  );

/** Σ sign · v vᵀ over the vectors in `numbers`, each of which ends with what its sign is read from. */
function sumOfSquares(size: number, numbers: readonly number[]): Float64Array {
  const data = new Float64Array(size * size);
  for (let start = 0; start < numbers.length; start += size + 1) {
    const sign = (numbers[start + size] as number) < 0 ? -1 : 1;
    for (let at = 0; at < data.length; at += 1) {
      const row = numbers[start + Math.floor(at / size)] as number;
      data[at] = (data[at] as number) + sign * row * (numbers[start + (at % size)] as number);
    }
  }
  return data;
}
