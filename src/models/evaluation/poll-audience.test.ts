import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PollAudience, surpriseOf } from './poll-audience.js';

const vote = (text: string) => {
  const [userId = '', pollId = ''] = text.split(' ');
  return { userId, pollId, optionId: 'agree', votedAt: null, isAuthor: false };
};

describe('PollAudience', () => {
  const audience = new PollAudience(
    ['c x', 'a x', 'a y', 'b x', 'b y', 'c z', 'd x', 'a z', 'b z', 'd w'].map(vote),
  );

  it('counts voters', () => {
    expect(audience.counts.users).toBe(4);
    expect(audience.counts.votes).toEqual(
      new Map([
        ['x', 4],
        ['y', 2],
        ['z', 3],
        ['w', 1],
      ]),
    );
  });

  it('likens polls by the cosine of their voters', () => {
    expect(audience.likeness('x', 'x')).toBe(1);
    expect(audience.likeness('x', 'y')).toBeCloseTo(2 / Math.sqrt(8), 12);
    expect(audience.likeness('y', 'z')).toBe(audience.likeness('z', 'y'));
    expect(audience.likeness('y', 'w')).toBe(0);
    expect(audience.likeness('y', 'unknown')).toBe(0);
  });

  it('tells the surprise in bits, finite for a poll without votes', () => {
    expect(surpriseOf('x', audience.counts)).toBe(0);
    expect(surpriseOf('z', audience.counts)).toBeCloseTo(Math.log2(5 / 4), 12);
    expect(surpriseOf('unknown', audience.counts)).toBeCloseTo(Math.log2(5), 12);
  });

  it('counts the voters of both, however many voted on each', () => {
    const voters = (most: number) => fc.uniqueArray(fc.nat(99), { minLength: 1, maxLength: most });
    fc.assert(
      fc.property(voters(100), voters(100), voters(3), (first, second, third) => {
        const lists = { first, second, third };
        const all = Array.from({ length: 100 }, (_, user) => `${user} everyone`);
        const crowd = new PollAudience(
          [
            ...all,
            ...Object.entries(lists).flatMap(([poll, own]) => own.map((user) => `${user} ${poll}`)),
          ].map(vote),
        );
        for (const [a, b] of [
          ['first', 'second'],
          ['first', 'third'],
        ] as const) {
          const both = lists[a].filter((user) => lists[b].includes(user)).length;
          const expected = both / Math.sqrt(lists[a].length * lists[b].length);
          expect(crowd.likeness(a, b)).toBeCloseTo(expected, 12);
        }
      }),
    );
  });
});
