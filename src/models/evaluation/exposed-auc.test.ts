import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaUnderCurve, aucByUser } from './exposed-auc.js';

describe('areaUnderCurve', () => {
  it.each([
    ['a perfect order', [0.1, 0.2, 0.8], [false, false, true], 1],
    ['the reverse', [0.9, 0.2], [false, true], 0],
    ['a tie', [0.5, 0.5], [false, true], 0.5],
    ['ties and order', [1, 2, 2, 3], [false, true, false, true], 0.875],
  ])('of %s', (_, scores, positive, expected) => {
    expect(areaUnderCurve(scores, positive)).toBe(expected);
  });

  it('is none where all are on one side', () => {
    expect(areaUnderCurve([1, 2], [true, true])).toBeNull();
    expect(areaUnderCurve([], [])).toBeNull();
  });

  it('is the share of pairs in the right order, ties counting one half', () => {
    const item = fc.record({ score: fc.integer({ min: 0, max: 5 }), positive: fc.boolean() });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 30 }), (items) => {
        let right = 0;
        let pairs = 0;
        for (const a of items.filter((one) => one.positive)) {
          for (const b of items.filter((one) => !one.positive)) {
            pairs += 1;
            right += a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0;
          }
        }
        const auc = areaUnderCurve(
          items.map((one) => one.score),
          items.map((one) => one.positive),
        );
        if (pairs === 0) expect(auc).toBeNull();
        else expect(auc).toBeCloseTo(right / pairs, 12);
      }),
    );
  });
});

describe('aucByUser', () => {
  const item = (user: string, score: number, positive: boolean) => ({ user, score, positive });
  const measures = aucByUser([
    item('a', 1, true),
    item('b', 1, true),
    item('a', 0, false),
    item('b', 2, false),
    item('b', 0, false),
    item('c', 1, true),
  ]);

  it('measures users with both sides only, in order of first coming up', () => {
    expect(measures).toEqual([
      { user: 'a', value: 1, items: 2 },
      { user: 'b', value: 0.5, items: 3 },
    ]);
  });
});
