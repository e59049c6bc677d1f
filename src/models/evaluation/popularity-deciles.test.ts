import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { popularityDeciles, popularityDeviation } from './popularity-deciles.js';

const polls = Array.from({ length: 20 }, (_, place) => `p${place}`);
const counts = (of: (place: number) => number): Map<string, number> =>
  new Map(polls.map((poll, place) => [poll, of(place)]));

describe('popularityDeciles', () => {
  it('orders tenths of the catalogue by training votes', () => {
    const deciles = popularityDeciles({
      polls,
      training: counts((place) => (place < 18 ? 0 : 50)),
      test: counts((place) => (place === 19 ? 10 : 0)),
      listed: counts((place) => (place < 2 ? 5 : 0)),
    });
    expect(deciles).toHaveLength(10);
    expect(deciles[0]).toEqual({ decile: 1, polls: 2, training: 1, test: 1, listed: 0 });
    expect(deciles[1]).toEqual({ decile: 2, polls: 2, training: 0, test: 0, listed: 1 });
    expect(popularityDeviation(deciles)).toBe(1);
  });

  it('shares everything out, and finds no deviation where lists are like the votes', () => {
    const some = fc.array(fc.nat(9), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(fc.nat(20), some, some, (size, training, test) => {
        const deciles = popularityDeciles({
          polls: polls.slice(0, size),
          training: counts((place) => training[place] as number),
          test: counts((place) => test[place] as number),
          listed: counts((place) => 2 * (test[place] as number)),
        });
        expect(deciles.reduce((sum, decile) => sum + decile.polls, 0)).toBe(size);
        const total = deciles.reduce((sum, decile) => sum + decile.test, 0);
        expect(total).toBeCloseTo(test.slice(0, size).some((votes) => votes > 0) ? 1 : 0, 12);
        expect(popularityDeviation(deciles)).toBeCloseTo(0, 12);
      }),
    );
  });
});
