import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairedTest, summariseUsers, type UserMeasure } from './user-summary.js';

const measures: readonly UserMeasure[] = [
  { user: 'a', value: 1, items: 2 },
  { user: 'b', value: 0.5, items: 3 },
];
const valuesOf = (values: readonly number[]): UserMeasure[] =>
  values.map((value, place) => ({ user: `u${place}`, value, items: 1 }));

describe('summariseUsers', () => {
  it('gives mean, standard error over users and the mean by item', () => {
    expect(summariseUsers(measures)).toEqual({
      mean: 0.75,
      standardError: expect.closeTo(0.25, 12),
      weighted: 0.7,
      users: 2,
      items: 5,
    });
    expect(summariseUsers(measures.slice(0, 1))?.standardError).toBeNull();
    expect(summariseUsers([])).toBeNull();
  });
});

describe('pairedTest', () => {
  it('pairs the same users of two models, whatever their order', () => {
    const other = [
      { user: 'b', value: 0.25, items: 3 },
      { user: 'a', value: 0.75, items: 2 },
      { user: 'z', value: 0, items: 2 },
    ];
    expect(pairedTest(measures, other)).toEqual({
      difference: 0.25,
      standardError: 0,
      t: null,
      p: 0,
      users: 2,
    });
    expect(pairedTest(measures, measures)).toMatchObject({ difference: 0, p: 1 });
    expect(pairedTest(measures, [])).toBeNull();
  });

  it('gives the t and p of the textbook', () => {
    // Student (1908): hours of sleep gained by ten patients with two drugs; t = 4.0621, p = .00283.
    const first = valuesOf([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]);
    const second = valuesOf([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]);
    expect(pairedTest(first, second)).toEqual({
      difference: expect.closeTo(1.58, 10),
      standardError: expect.closeTo(0.38896, 5),
      t: expect.closeTo(4.0621, 4),
      p: expect.closeTo(0.002833, 6),
      users: 10,
    });
  });

  it('is the same the other way round, but for the sign', () => {
    const value = fc.double({ noNaN: true, min: 0, max: 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 20 }), (pairs) => {
        const there = pairedTest(valuesOf(pairs.map(([a]) => a)), valuesOf(pairs.map(([, b]) => b)));
        const back = pairedTest(valuesOf(pairs.map(([, b]) => b)), valuesOf(pairs.map(([a]) => a)));
        expect(there?.difference).toBeCloseTo(-(back?.difference ?? 0), 12);
        expect(there?.p ?? 1).toBeCloseTo(back?.p ?? 1, 10);
      }),
    );
  });
});
