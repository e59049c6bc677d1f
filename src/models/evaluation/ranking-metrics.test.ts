import { describe, expect, it } from 'vitest';
import { ndcgAt, recallAt } from './ranking-metrics.js';

const ranked = ['a', 'b', 'c', 'd'];

describe('recallAt', () => {
  it('divides by all test items, or by the length of the list at most', () => {
    const relevant = new Set(['b', 'd', 'x', 'y']);
    expect(recallAt(ranked, relevant, { length: 2, denominator: 'all' })).toBe(0.25);
    expect(recallAt(ranked, relevant, { length: 2, denominator: 'min' })).toBe(0.5);
    expect(recallAt(ranked, relevant, { length: 20, denominator: 'min' })).toBe(0.5);
  });

  it('is 0 without test items', () => {
    expect(recallAt(ranked, new Set(), { length: 2, denominator: 'all' })).toBe(0);
  });
});

describe('ndcgAt', () => {
  it('is 1 for the best list and falls with the place of a hit', () => {
    expect(ndcgAt(ranked, new Set(['a', 'b']), 20)).toBe(1);
    expect(ndcgAt(ranked, new Set(['c']), 20)).toBe(0.5);
    expect(ndcgAt(ranked, new Set(['x']), 20)).toBe(0);
  });

  it('takes the best list possible within the length as the measure', () => {
    expect(ndcgAt(ranked, new Set(['a', 'x', 'y']), 1)).toBe(1);
  });
});
