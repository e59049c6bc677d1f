import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { symmetricMatrices } from '../../../tests/support/symmetric-matrices.js';
import { Random } from '../../samples/random.js';
import type { SquareMatrix } from './cholesky.js';
import { symmetricEigen } from './symmetric-eigen.js';
import { type Eigenvectors, topEigenvectors } from './top-eigenvectors.js';

const column = ({ vectors, values }: Eigenvectors, f: number): number[] =>
  [...vectors].filter((_, at) => at % values.length === f);

const times = ({ size, data }: SquareMatrix, vector: readonly number[]): number[] =>
  Array.from({ length: size }, (_, row) =>
    vector.reduce((sum, value, k) => sum + (data[row * size + k] as number) * value, 0),
  );

/** Leading values 10, −8, 6 and 4 over a floor of noise, in directions that are drawn. */
function withLeadingValues(size: number, seed: number): SquareMatrix {
  const random = new Random(seed);
  const noise = new Float64Array(size * size);
  for (let row = 0; row < size; row += 1) {
    for (let place = 0; place <= row; place += 1) {
      const value = 0.02 * random.normal();
      noise[row * size + place] = value;
      noise[place * size + row] = value;
    }
  }
  const { vectors } = symmetricEigen({ size, data: noise.slice() });
  [10, -8, 6, 4].forEach((value, f) => {
    noise.forEach((_, at) => {
      const row = vectors[Math.floor(at / size) * size + f] as number;
      noise[at] = (noise[at] as number) + value * row * (vectors[(at % size) * size + f] as number);
    });
  });
  return { size, data: noise };
}

describe('topEigenvectors', () => {
  it('finds the largest values of matrices of any rank, and vectors that belong to them', () => {
    fc.assert(
      fc.property(symmetricMatrices, fc.integer({ min: 1, max: 4 }), (matrix, count) => {
        const found = topEigenvectors(matrix, count);
        const all = [...symmetricEigen({ size: matrix.size, data: matrix.data.slice() }).values];
        const largest = all.map(Math.abs).sort((a, b) => b - a);
        expect(found.values.length).toBe(Math.min(count, matrix.size));
        found.values.forEach((value, f) => {
          expect(Math.abs(value)).toBeCloseTo(largest[f] as number, 6);
          const vector = column(found, f);
          times(matrix, vector).forEach((image, row) => {
            expect(image).toBeCloseTo(value * (vector[row] as number), 5);
          });
        });
      }),
    );
  });

  it('finds what stands out in a larger matrix, each with its largest element positive', () => {
    const matrix = withLeadingValues(60, 4);
    const found = topEigenvectors(matrix, 4);
    expect([...found.values].map(Math.round)).toEqual([10, -8, 6, 4]);
    found.values.forEach((value, f) => {
      const vector = column(found, f);
      expect(Math.hypot(...vector)).toBeCloseTo(1, 8);
      expect(vector).toContain(Math.max(...vector.map(Math.abs)));
      times(matrix, vector).forEach((image, row) => {
        expect(image).toBeCloseTo(value * (vector[row] as number), 6);
      });
    });
  });

  it('gives the same directions at any scale', () => {
    const { size, data } = withLeadingValues(30, 5);
    const plain = topEigenvectors({ size, data }, 4);
    for (const scale of [1e-9, 1e9]) {
      const scaled = topEigenvectors({ size, data: data.map((value) => scale * value) }, 4);
      scaled.values.forEach((value, f) => {
        expect(value / scale).toBeCloseTo(plain.values[f] as number, 6);
      });
      scaled.vectors.forEach((value, at) => {
        expect(value).toBeCloseTo(plain.vectors[at] as number, 6);
      });
    }
  });

  it('gives no numbers that are not finite for a matrix of zeros, and none for an empty one', () => {
    const zero = topEigenvectors({ size: 20, data: new Float64Array(400) }, 3);
    expect([...zero.values]).toEqual([0, 0, 0]);
    expect(zero.vectors.every(Number.isFinite)).toBe(true);
    expect(topEigenvectors({ size: 0, data: new Float64Array(0) }, 3).values).toHaveLength(0);
  });
});
