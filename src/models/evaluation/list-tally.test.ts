import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../domain/time.js';
import { ListTally } from './list-tally.js';

const NOW = Date.UTC(2026, 0, 1);
const poll = (topics: string[], age: number | null) => ({
  topics,
  createdAt: age === null ? null : NOW - age,
});
const polls = new Map([
  ['a', poll(['x'], 2 * DAY)],
  ['b', poll(['x', 'y'], HOUR)],
  ['c', poll(['z'], -HOUR)],
  ['d', poll([], null)],
]);
const catalogue = {
  polls,
  counts: {
    users: 7,
    votes: new Map([
      ['a', 7],
      ['b', 3],
      ['c', 1],
    ]),
  },
  likeness: (first: string, second: string) => (first === 'a' && second === 'b' ? 0.5 : 0),
};

describe('ListTally', () => {
  it('measures each list', () => {
    const tally = new ListTally(catalogue, 3);
    tally.add({ user: 'u', polls: ['a', 'b', 'c', 'd'], at: NOW });
    const only = (value: number, items: number) => [{ user: 'u', value: expect.closeTo(value, 12), items }];
    expect(tally.measures()).toEqual({
      // log2 of 8/8, 8/4 and 8/2.
      novelty3: only(1, 3),
      // Pairs share one topic of two, and none of two or three.
      topicDiversity3: only(1 - 0.5 / 3, 3),
      voterDiversity3: only(1 - 0.5 / 3, 3),
      // Poll c came later, d nobody knows when.
      youngShare3: only(1 / 2, 2),
    });
  });

  it('leaves out what can not be told: pairs of one, ages without a time, topics where there is one', () => {
    const one = new ListTally({ ...catalogue, polls: new Map([['a', poll(['x'], 0)]]) }, 10);
    one.add({ user: 'u', polls: ['a'], at: null });
    one.add({ user: 'v', polls: ['a', 'a'], at: null });
    one.add({ user: 'w', polls: [], at: NOW });
    const measures = one.measures();
    expect(measures.topicDiversity10).toEqual([]);
    expect(measures.youngShare10).toEqual([]);
    expect(measures.voterDiversity10?.map(({ user }) => user)).toEqual(['v']);
    expect(measures.novelty10?.map(({ user }) => user)).toEqual(['u', 'v']);
  });

  it('counts the polls that anyone is given, and where they stand by popularity', () => {
    const tally = new ListTally(catalogue, 2);
    tally.add({ user: 'u', polls: ['a', 'b'], at: null });
    tally.add({ user: 'v', polls: ['a', 'c', 'd'], at: null });
    const summary = tally.summary(new Map([['a', 4]]));
    expect(summary).toMatchObject({ length: 2, lists: 2, coverage: 0.75, popularityDeviation: 0.5 });
    expect(summary.deciles.filter((decile) => decile.polls > 0).map(({ listed }) => listed)).toEqual([
      0.5, 0.25, 0.25, 0,
    ]);
  });
});
