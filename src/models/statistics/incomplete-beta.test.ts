import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { incompleteBeta } from './incomplete-beta.js';

const share = fc.double({ min: 0.001, max: 0.999, noNaN: true });
const size = fc.double({ min: 0.05, max: 500, noNaN: true });

/** The chance of `least` or more successes in `trials`, term by term. */
function binomialTail(trials: number, least: number, chance: number): number {
  let sum = 0;
  let term = (1 - chance) ** trials;
  for (let successes = 0; successes <= trials; successes += 1) {
    if (successes >= least) sum += term;
    term *= ((trials - successes) / (successes + 1)) * (chance / (1 - chance));
  }
  return sum;
}

describe('the incomplete beta function', () => {
  it('is the tail of a binomial distribution for whole numbers', () => {
    const whole = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(whole, whole, fc.double({ min: 0.02, max: 0.98, noNaN: true }), (a, b, x) => {
        expect(incompleteBeta(x, a, b)).toBeCloseTo(binomialTail(a + b - 1, a, x), 9);
      }),
    );
  });

  it('has its closed forms where one side is 1', () => {
    fc.assert(
      fc.property(share, fc.double({ min: 0.1, max: 50, noNaN: true }), (x, a) => {
        expect(incompleteBeta(x, a, 1)).toBeCloseTo(x ** a, 10);
        expect(incompleteBeta(x, 1, a)).toBeCloseTo(1 - (1 - x) ** a, 10);
      }),
    );
  });

  it('is symmetric, rises in x, and lies between 0 and 1', () => {
    fc.assert(
      fc.property(share, share, size, size, (x, y, a, b) => {
        const value = incompleteBeta(x, a, b);
        expect(value).toBeCloseTo(1 - incompleteBeta(1 - x, b, a), 9);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        if (x < y) expect(value).toBeLessThanOrEqual(incompleteBeta(y, a, b) + 1e-12);
      }),
    );
  });

  it('has a value right beside its mean, where rounding puts both sides above theirs', () => {
    expect(incompleteBeta(0.18626293357073254, 64.34, 284.454432082685)).toBeCloseTo(0.54, 1);
    expect(incompleteBeta(0.7503999230275844, 822.74, 272.99465417815566)).toBeCloseTo(0.49, 1);
  });

  it('holds for the counts of large services', () => {
    expect(incompleteBeta(0.125, 125_000, 875_000)).toBeCloseTo(0.5, 2);
    expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1]);
  });
});
