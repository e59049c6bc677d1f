import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recencyWeights } from './vote-recency.js';

describe('recencyWeights', () => {
  it('halves with each half-life of newer votes of the group, and is 1 on average', () => {
    const times = [30, 10, 20, 40, 5];
    const groups = [0, 0, 0, 0, 1];
    const weights = recencyWeights(times, { groups, groupCount: 2 }, 0.25);
    const own = [...weights].slice(0, 4);
    expect(own.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(4, 5);
    const [third, first, second, newest] = own as [number, number, number, number];
    expect(newest / third).toBeCloseTo(2, 5);
    expect(third / second).toBeCloseTo(2, 5);
    expect(second / first).toBeCloseTo(2, 5);
    expect(weights[4]).toBe(1);
  });

  it('is 1 for all where a time is missing, or all times are equal', () => {
    const options = { groups: [0, 0, 0], groupCount: 1 };
    expect([...recencyWeights([1, Number.NaN, 3], options, 1)]).toEqual([1, 1, 1]);
    expect([...recencyWeights([7, 7, 7], options, 1)]).toEqual([1, 1, 1]);
  });

  it('does not depend on the order of the votes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 30 }), (times) => {
        const weigh = (list: number[]): number[] => [
          ...recencyWeights(list, { groups: list.map(() => 0), groupCount: 1 }, 0.5),
        ];
        const forward = weigh(times);
        expect(weigh([...times].reverse()).reverse()).toEqual(forward.map((w) => expect.closeTo(w, 5)));
      }),
    );
  });
});
