import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { invertPacked, multiplyPacked, packedRow, packedSize, packedTrace } from './packed-matrix.js';

/** I + M·Mᵀ, packed. */
function positiveDefinite(size: number, numbers: readonly number[]): Float64Array {
  const matrix = new Float64Array(packedSize(size));
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = i === j ? 1 : 0;
      for (let k = 0; k < size; k += 1) {
        sum += (numbers[i * size + k] as number) * (numbers[j * size + k] as number);
      }
      matrix[packedRow(i) + j] = sum;
    }
  }
  return matrix;
}

const matrices = fc
  .integer({ min: 1, max: 9 })
  .chain((size) =>
    fc
      .array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: size * size, maxLength: size * size })
      .map((numbers) => ({ size, matrix: positiveDefinite(size, numbers) })),
  );

describe('packed matrices', () => {
  it('multiplied by their inverse give back every vector', () => {
    fc.assert(
      fc.property(matrices, ({ size, matrix }) => {
        const inverse = matrix.slice();
        expect(invertPacked(inverse, size)).toBe(true);
        const vector = Float64Array.from({ length: size }, (_, i) => i - 1.5);
        const [image, back] = [new Float64Array(size), new Float64Array(size)];
        multiplyPacked(matrix, vector, image);
        multiplyPacked(inverse, image, back);
        back.forEach((value, i) => {
          expect(value).toBeCloseTo(vector[i] as number, 5);
        });
      }),
    );
  });

  it('count off-diagonal elements twice in a trace', () => {
    const a = Float64Array.from([1, 2, 3]);
    const b = Float64Array.from([9, 4, 5, 6]);
    expect(packedTrace({ data: a, offset: 0 }, { data: b, offset: 1 }, 2)).toBe(1 * 4 + 2 * (2 * 5) + 3 * 6);
  });

  it('are refused where they are not positive definite', () => {
    expect(invertPacked(Float64Array.from([1, 2, 1]), 2)).toBe(false);
    expect(invertPacked(Float64Array.from([Number.NaN]), 1)).toBe(false);
  });
});
