import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pollVector, type VectorParts } from '../../tests/support/poll-vectors.js';
import { solvePositiveDefinite } from '../models/linear-algebra/small-system.js';
import { UserTaste, type VectorVote } from './user-taste.js';

const FACTORS = 3;
const number = fc.double({ min: -1, max: 1, noNaN: true });
const numbers = fc.array(number, { minLength: FACTORS, maxLength: FACTORS });
const sign = fc.constantFrom(1, -1, 0, null);
const parts: fc.Arbitrary<VectorParts> = fc.record({
  liking: numbers,
  answer: numbers,
  likingMean: number,
  answerMean: number,
  kinship: fc.array(number, { minLength: 2, maxLength: 2 }),
});

const voteOn = (poll: VectorParts, side: number | null, token = 'p:agree'): VectorVote => ({
  token,
  vector: pollVector(FACTORS, poll),
  sign: side,
});
const votes = fc.array(
  fc.tuple(parts, sign).map(([poll, side]) => voteOn(poll, side)),
  { minLength: 1, maxLength: 20 },
);

const dot = (first: ArrayLike<number>, second: ArrayLike<number>): number =>
  Array.from(first).reduce((sum, value, at) => sum + value * (second[at] as number), 0);

function tasteOf(own: readonly VectorVote[]): UserTaste {
  const taste = UserTaste.of(own);
  if (taste === null) throw new Error('there are votes');
  return taste;
}

describe('UserTaste', () => {
  it('does not exist without a vote', () => {
    expect(UserTaste.of([])).toBeNull();
  });

  it('refuses vectors of a length that no model has', () => {
    const vector = new Float32Array(7);
    expect(() => UserTaste.of([{ token: 'p:agree', vector, sign: 1 }])).toThrow(/personalise/);
  });

  it('is the ridge regression of the votes on the loadings', () => {
    fc.assert(
      fc.property(votes, (own) => {
        const precision = Array.from({ length: FACTORS }, (_, row) =>
          Array.from({ length: FACTORS }, (_, column) => (row === column ? 1 : 0)),
        );
        const shift = new Array<number>(FACTORS).fill(0);
        const take = (loadings: Float32Array, residual: number, noise: number): void => {
          loadings.forEach((value, row) => {
            shift[row] = (shift[row] ?? 0) + (value * residual) / noise;
            loadings.forEach((other, column) => {
              const line = precision[row] as number[];
              line[column] = (line[column] as number) + (value * other) / noise;
            });
          });
        };
        for (const { vector, sign: side } of own) {
          const [likingMean, answerMean] = vector.subarray(2 * FACTORS, 2 * FACTORS + 2) as unknown as [
            number,
            number,
          ];
          if (side !== null)
            take(vector.subarray(0, FACTORS), side - likingMean, side === 0 ? 0.5 / 0.75 : 0.5);
          take(vector.subarray(FACTORS, 2 * FACTORS), (side === 0 ? -0.5 : 0.5) - answerMean, 0.12);
        }
        const solved = solvePositiveDefinite(precision, shift);
        tasteOf(own).factors.forEach((value, at) => {
          expect(value).toBeCloseTo(solved[at] as number, 6);
        });
      }),
    );
  });

  it('recovers the factors of a user whose votes they explain', () => {
    fc.assert(
      fc.property(
        numbers,
        fc.array(fc.tuple(numbers, fc.constantFrom(1, -1)), { minLength: 150, maxLength: 150 }),
        (planted, polls) => {
          const own = polls.map(([liking, side], place) => {
            // Every factor is asked of by some polls.
            const loadings = liking.map((value, at) => (place % FACTORS === at ? 1 : 0.3 * value));
            return voteOn({ liking: loadings, likingMean: side - dot(loadings, planted) }, side);
          });
          tasteOf(own).factors.forEach((value, at) => {
            expect(Math.abs(value - (planted[at] as number))).toBeLessThan(0.05);
          });
        },
      ),
      { numRuns: 30 },
    );
  });

  it('does not depend on the order of the votes', () => {
    const shuffled = votes.chain((own) =>
      fc.tuple(fc.constant(own), fc.shuffledSubarray(own, { minLength: own.length })),
    );
    fc.assert(
      fc.property(shuffled, ([own, other]) => {
        const [first, second] = [tasteOf(own).query(null), tasteOf(other).query(null)];
        first.forEach((value, at) => {
          expect(second[at]).toBeCloseTo(value, 5);
        });
      }),
    );
  });

  it('scores what like-minded voters like above what they do not', () => {
    const taste = tasteOf([voteOn({ liking: [0.8] }, 1), voteOn({ liking: [-0.7] }, -1)]);
    const [near, far] = [pollVector(FACTORS, { liking: [0.5] }), pollVector(FACTORS, { liking: [-0.5] })];
    expect(dot(taste.query(null), near)).toBeGreaterThan(dot(taste.query(null), far));
    expect(dot(taste.query(0), near)).toBe(dot(taste.query(0), far));
  });

  it('scores polls by their means where the votes tell nothing of them, and by their kinship', () => {
    const taste = tasteOf([voteOn({ kinship: [1, 0] }, null)]);
    const score = (poll: VectorParts): number => dot(taste.query(null), pollVector(FACTORS, poll));
    expect(score({ likingMean: 0.5 })).toBeGreaterThan(score({ likingMean: 0.2 }));
    expect(score({ answerMean: 0.4 })).toBeGreaterThan(score({ answerMean: 0.1 }));
    expect(score({ kinship: [1, 0] })).toBeGreaterThan(score({ kinship: [0, 1] }));
  });

  it('names the vote that speaks most for a poll, and what it adds', () => {
    const taste = tasteOf([
      voteOn({ liking: [0.2] }, 1, 'weak:agree'),
      voteOn({ liking: [0.9] }, 1, 'strong:agree'),
      voteOn({ liking: [0, 0.9] }, 1, 'other:agree'),
    ]);
    expect(taste.mostTelling(pollVector(FACTORS, { liking: [0.5] }), null)?.token).toBe('strong:agree');
    expect(taste.mostTelling(pollVector(FACTORS, { liking: [-0.5] }), null)).toBeNull();
    fc.assert(
      fc.property(parts, sign, parts, (voted, side, poll) => {
        const one = tasteOf([voteOn(voted, side)]);
        const vector = pollVector(FACTORS, poll);
        const query = one.query(null);
        const ofAll = query.slice(2 * FACTORS, 2 * FACTORS + 2);
        const added = dot(query, vector) - dot(ofAll, vector.subarray(2 * FACTORS, 2 * FACTORS + 2));
        expect(one.mostTelling(vector, null)?.weight ?? 0).toBeCloseTo(Math.max(0, added), 5);
      }),
    );
  });
});
