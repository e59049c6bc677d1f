import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { twoSidedChance } from './student-t.js';

const finite = { noNaN: true, noDefaultInfinity: true };

describe('twoSidedChance', () => {
  it.each([
    [2.228139, 10, 0.05],
    [3.169273, 10, 0.01],
    [2.008559, 50, 0.05],
    [1.983972, 100, 0.05],
    [1.959964, 1e8, 0.05],
    [2.575829, 1e8, 0.01],
  ])('gives what the tables say for t = %d with %d degrees of freedom', (t, freedom, chance) => {
    expect(twoSidedChance(t, freedom)).toBeCloseTo(chance, 5);
  });

  it('agrees with the closed forms of one and two degrees of freedom', () => {
    fc.assert(
      fc.property(fc.double({ ...finite, min: 0, max: 50 }), (t) => {
        expect(twoSidedChance(t, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(t), 10);
        expect(twoSidedChance(t, 2)).toBeCloseTo(1 - t / Math.sqrt(t * t + 2), 10);
      }),
    );
  });

  it('is even, falls with the distance, and stays within 0 and 1', () => {
    const t = fc.double({ ...finite, min: 0, max: 40 });
    fc.assert(
      fc.property(t, t, fc.integer({ min: 1, max: 1_000_000 }), (a, b, freedom) => {
        const near = twoSidedChance(Math.min(a, b), freedom);
        const far = twoSidedChance(Math.max(a, b), freedom);
        expect(far).toBeLessThanOrEqual(near + 1e-9);
        expect(far).toBeGreaterThanOrEqual(0);
        expect(near).toBeLessThanOrEqual(1 + 1e-12);
        expect(twoSidedChance(-a, freedom)).toBe(twoSidedChance(a, freedom));
      }),
    );
    expect(twoSidedChance(Number.POSITIVE_INFINITY, 5)).toBe(0);
  });
});
