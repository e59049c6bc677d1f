import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HunchError } from '../../domain/errors.js';
import { BLOCK, factoriseCholesky, type SquareMatrix } from './cholesky.js';
import { solvePositiveDefinite } from './small-system.js';
import { invertPositiveDefinite } from './symmetric-inverse.js';
import { subtractTransposedProduct } from './transposed-product.js';

/** M·Mᵀ + I of pseudo-random numbers: positive definite whatever the seed. */
function positiveDefinite(size: number, seed: number): SquareMatrix {
  const factor = Float64Array.from({ length: size * size }, (_, at) => Math.sin(seed + at * 12.9898));
  const data = new Float64Array(size * size);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      let sum = row === column ? 1 : 0;
      for (let k = 0; k < size; k += 1) sum += at(factor, size, row, k) * at(factor, size, column, k);
      data[row * size + column] = sum;
    }
  }
  return { size, data };
}

const at = (data: Float64Array, size: number, row: number, column: number): number =>
  data[row * size + column] as number;

function product(a: Float64Array, b: Float64Array, size: number, [row, column]: [number, number]): number {
  let sum = 0;
  for (let k = 0; k < size; k += 1) sum += at(a, size, row, k) * at(b, size, k, column);
  return sum;
}

const cases = fc.record({
  size: fc.integer({ min: 1, max: 2 * BLOCK + 9 }),
  seed: fc.integer({ min: 0, max: 1e6 }),
});

describe('factoriseCholesky', () => {
  it('gives L with L·Lᵀ = A, for sizes around and across blocks', () => {
    fc.assert(
      fc.property(cases, ({ size, seed }) => {
        const { data } = positiveDefinite(size, seed);
        const factor = data.slice();
        factoriseCholesky({ size, data: factor });
        for (let row = 0; row < size; row += 1) {
          for (let column = 0; column <= row; column += 1) {
            let sum = 0;
            for (let k = 0; k <= column; k += 1)
              sum += at(factor, size, row, k) * at(factor, size, column, k);
            expect(sum).toBeCloseTo(at(data, size, row, column), 8);
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ['an indefinite matrix', [1, 2, 2, 1]],
    ['a matrix with NaN', [1, 0, Number.NaN, 1]],
    ['a matrix with infinity', [Number.POSITIVE_INFINITY, 0, 0, 1]],
  ])('refuses %s with INVALID_MODEL', (_, values) => {
    const factorise = (): void => factoriseCholesky({ size: 2, data: Float64Array.from(values) });
    expect(factorise).toThrow(HunchError);
    expect(factorise).toThrow(expect.objectContaining({ code: 'INVALID_MODEL' }));
  });
});

describe('invertPositiveDefinite', () => {
  it('gives both triangles of A⁻¹, with A·A⁻¹ = I', () => {
    fc.assert(
      fc.property(cases, ({ size, seed }) => {
        const { data } = positiveDefinite(size, seed);
        const inverse = invertPositiveDefinite({ size, data: data.slice() }).data;
        for (let row = 0; row < size; row += 1) {
          const column = (row * 7 + seed) % size;
          expect(product(data, inverse, size, [row, column])).toBeCloseTo(row === column ? 1 : 0, 6);
          expect(at(inverse, size, row, column)).toBe(at(inverse, size, column, row));
        }
      }),
      { numRuns: 20 },
    );
  });

  it('is right where dot products are cut into several pieces', () => {
    const size = 6 * BLOCK + 5;
    const { data } = positiveDefinite(size, 3);
    const inverse = invertPositiveDefinite({ size, data: data.slice() }).data;
    for (const [row, column] of [
      [0, 0],
      [size - 1, size - 1],
      [size - 1, 0],
      [BLOCK, size - 2],
    ] as const) {
      expect(product(data, inverse, size, [row, column])).toBeCloseTo(row === column ? 1 : 0, 6);
    }
  });
});

describe('solvePositiveDefinite', () => {
  it('gives x with A·x = b', () => {
    fc.assert(
      fc.property(cases, ({ size: large, seed }) => {
        const size = 1 + (large % 6);
        const { data } = positiveDefinite(size, seed);
        const rows = Array.from({ length: size }, (_, row) => [
          ...data.subarray(row * size, (row + 1) * size),
        ]);
        const right = rows.map((_, row) => Math.cos(seed + row));
        const x = solvePositiveDefinite(rows, right);
        rows.forEach((line, row) => {
          const sum = line.reduce((total, value, k) => total + value * (x[k] as number), 0);
          expect(sum).toBeCloseTo(right[row] as number, 8);
        });
      }),
    );
  });
});

describe('subtractTransposedProduct', () => {
  it('takes left · rightᵀ from a block and leaves the rest of the matrix alone', () => {
    fc.assert(
      fc.property(
        fc.record({
          rows: fc.integer({ min: 1, max: 7 }),
          columns: fc.integer({ min: 1, max: 9 }),
          depth: fc.integer({ min: 0, max: 11 }),
        }),
        ({ rows, columns, depth }) => {
          const stride = 12;
          const numbers = (seed: number): Float64Array =>
            Float64Array.from({ length: stride * 12 }, (_, k) => Math.sin(seed + k));
          const [target, left, right] = [numbers(1), numbers(2), numbers(3)] as const;
          const before = target.slice();
          subtractTransposedProduct(
            { data: target, offset: stride + 1, stride },
            { left: { data: left, offset: 0, stride }, right: { data: right, offset: 1, stride } },
            { rows, columns, depth },
          );
          for (let row = 0; row < 12; row += 1) {
            for (let column = 0; column < stride; column += 1) {
              let expected = at(before, stride, row, column);
              if (row >= 1 && row <= rows && column >= 1 && column <= columns) {
                for (let k = 0; k < depth; k += 1) {
                  expected -= at(left, stride, row - 1, k) * (right[1 + (column - 1) * stride + k] as number);
                }
              }
              expect(at(target, stride, row, column)).toBeCloseTo(expected, 10);
            }
          }
        },
      ),
    );
  });
});
