import { describe, expect, it } from 'vitest';
import { compareEvaluations } from './compare-evaluations.js';

const document = (values: readonly (number | null)[], change: object = {}) => ({
  protocol: 'exposed',
  recallDenominator: 'all',
  testSet: { fingerprint: 'same', users: values.length },
  users: {
    ids: values.map((_, place) => `u${place}`),
    groups: values.map((_, place) => (place % 2 === 0 ? 'warm' : 'cold')),
    metrics: { exposedAuc: values },
  },
  ...change,
});
const compare = (a: unknown, b: unknown) =>
  compareEvaluations({ name: 'a.json', document: a }, { name: 'b.json', document: b });

describe('compareEvaluations', () => {
  it('tests the differences of the users that both measured, in all and by group', () => {
    const rows = compare(document([0.5, 0.7, 0.9, null, 0.4]), document([0.4, 0.6, 0.9, 1, null]));
    expect(rows).toEqual([
      {
        metric: 'exposedAuc',
        group: 'all',
        first: expect.closeTo(0.7, 12),
        second: expect.closeTo(1.9 / 3, 12),
        difference: expect.closeTo(0.2 / 3, 12),
        standardError: expect.closeTo(0.1 / 3, 12),
        t: expect.closeTo(2, 10),
        p: expect.closeTo(0.18350342, 7),
        users: 3,
      },
      expect.objectContaining({ group: 'warm', difference: expect.closeTo(0.05, 12), users: 2 }),
      expect.objectContaining({ group: 'cold', difference: expect.closeTo(0.1, 12), users: 1, p: null }),
    ]);
  });

  it('takes the order of users as it comes', () => {
    const turned = document([0.9, 0.5]);
    const other = { ...turned, users: { ...turned.users, ids: ['u1', 'u0'], groups: ['cold', 'warm'] } };
    expect(compare(document([0.5, 0.9]), other)[0]).toMatchObject({ difference: 0, p: 1, users: 2 });
  });

  it.each([
    [
      'another test set',
      document([1], { testSet: { fingerprint: 'other', users: 1 } }),
      /test set .* same test rows/,
    ],
    [
      'another protocol',
      document([1], { protocol: 'ranking' }),
      /protocol of a\.json is exposed, of b\.json ranking/,
    ],
    ['another denominator', document([1], { recallDenominator: 'min' }), /recall denominator/],
    ['no document of an evaluation', { users: [] }, /b\.json is not what "hunch evaluate --json" writes/],
    [
      'columns of different lengths',
      document([1], { users: { ids: ['u'], groups: [], metrics: {} } }),
      /columns/,
    ],
  ])('refuses %s', (_, other, message) => {
    expect(() => compare(document([1]), other)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringMatching(message) }),
    );
  });
});
