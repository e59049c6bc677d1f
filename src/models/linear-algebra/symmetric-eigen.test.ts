import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { symmetricEigen } from './symmetric-eigen.js';

const symmetric = fc
  .tuple(
    fc.integer({ min: 0, max: 9 }),
    fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 81, maxLength: 81 }),
  )
  .map(([size, values]) => ({
    size,
    data: Float64Array.from({ length: size * size }, (_, at) => {
      const [row, column] = [Math.floor(at / size), at % size];
      return values[Math.max(row, column) * 9 + Math.min(row, column)] as number;
    }),
  }));

describe('symmetricEigen', () => {
  it('gives orthonormal vectors that the matrix only stretches', () => {
    fc.assert(
      fc.property(symmetric, ({ size, data }) => {
        const { values, vectors } = symmetricEigen({ size, data: data.slice() });
        const column = (f: number): number[] =>
          Array.from({ length: size }, (_, row) => vectors[row * size + f] as number);
        for (let f = 0; f < size; f += 1) {
          const own = column(f);
          for (let row = 0; row < size; row += 1) {
            const image = own.reduce((sum, value, k) => sum + (data[row * size + k] as number) * value, 0);
            expect(image).toBeCloseTo((values[f] as number) * (own[row] as number), 10);
          }
          for (let g = 0; g < size; g += 1) {
            const dot = column(g).reduce((sum, value, row) => sum + value * (own[row] as number), 0);
            expect(dot).toBeCloseTo(Number(f === g), 10);
          }
        }
      }),
    );
  });

  it('knows the eigenvalues of a chain of springs', () => {
    const size = 120;
    const data = new Float64Array(size * size);
    for (let i = 0; i < size; i += 1) {
      data[i * size + i] = 2;
      if (i > 0) data[i * size + i - 1] = -1;
      if (i > 0) data[(i - 1) * size + i] = -1;
    }
    const { values } = symmetricEigen({ size, data });
    values.sort();
    values.forEach((value, place) => {
      expect(value).toBeCloseTo(2 - 2 * Math.cos(((place + 1) * Math.PI) / (size + 1)), 10);
    });
  });
});
