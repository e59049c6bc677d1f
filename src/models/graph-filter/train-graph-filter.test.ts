import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { symmetricEigen } from '../linear-algebra/symmetric-eigen.js';
import { type VoteLog, VoteLogBuilder } from '../votes/vote-log.js';
import { GRAPH_FILTER_SETTINGS, type GraphFilterSettings } from './graph-filter-settings.js';
import { type GraphFilter, trainGraphFilter } from './train-graph-filter.js';

const POLLS = 12;

/** Every eigenvector and every neighbour is kept. */
const WHOLE: GraphFilterSettings = { ...GRAPH_FILTER_SETTINGS, pollsPerFactor: 1, sweeps: 6 };

const histories = fc.array(fc.uniqueArray(fc.nat({ max: POLLS - 1 }), { minLength: 1, maxLength: 8 }), {
  minLength: 1,
  maxLength: 30,
});

function logOf(
  votes: readonly (readonly number[])[],
  nameOf = (user: number): string => `u${user}`,
): VoteLog {
  const log = new VoteLogBuilder();
  votes.forEach((polls, user) => {
    for (const poll of polls) log.add(nameOf(user), poll, 0);
  });
  return log.build();
}

const trained = (votes: VoteLog, settings: GraphFilterSettings): GraphFilter =>
  trainGraphFilter(votes, POLLS, { settings });

/** Row i: the scores of a history of poll i alone. */
function scoreMatrix({ rank, left, right, neighbours }: GraphFilter): number[][] {
  return Array.from({ length: POLLS }, (_, i) => {
    const row = Array.from({ length: POLLS }, (_, j) =>
      Array.from({ length: rank }, (_, f) => f).reduce(
        (sum, f) => sum + (left[i * rank + f] as number) * (right[j * rank + f] as number),
        0,
      ),
    );
    for (let at = i * neighbours.width; at < (i + 1) * neighbours.width; at += 1) {
      const place = neighbours.places[at] as number;
      row[place] = (row[place] as number) + (neighbours.weights[at] as number);
    }
    return row;
  });
}

type Matrix = readonly (readonly number[])[];
const matrix = (element: (i: number, j: number) => number): number[][] =>
  Array.from({ length: POLLS }, (_, i) => Array.from({ length: POLLS }, (_, j) => element(i, j)));
const product = (a: Matrix, b: Matrix): number[][] =>
  matrix((i, j) => (a[i] ?? []).reduce((sum, value, k) => sum + value * (b[k]?.[j] ?? 0), 0));
const at = (a: Matrix, i: number, j: number): number => a[i]?.[j] ?? Number.NaN;
const combination = (...parts: readonly (readonly [number, Matrix])[]): number[][] =>
  matrix((i, j) => parts.reduce((sum, [weight, part]) => sum + weight * at(part, i, j), 0));

/** What graph-filter-settings.ts says, written out with whole matrices. */
function reference(votes: Matrix, settings: GraphFilterSettings): number[][] {
  const counts = new Array<number>(POLLS).fill(0);
  for (const poll of votes.flat()) counts[poll] = (counts[poll] as number) + 1;
  const voted = counts.filter((count) => count > 0).length;
  const raw = matrix((i, j) => {
    const both = votes.filter((polls) => polls.includes(i) && polls.includes(j));
    const sum = both.reduce((total, polls) => total + polls.length ** -settings.userPower, 0);
    return sum === 0 ? 0 : sum / Math.sqrt((counts[i] as number) * (counts[j] as number));
  });
  const eigen = symmetricEigen({ size: POLLS, data: Float64Array.from(raw.flat()) });
  const largest = Math.max(...eigen.values);
  const p = combination([1 / largest, raw]);
  const projector = matrix((i, j) =>
    eigen.values.reduce((sum, value, f) => {
      const [a, b] = [eigen.vectors[i * POLLS + f] as number, eigen.vectors[j * POLLS + f] as number];
      return value > 1e-5 * largest ? sum + a * b : sum;
    }, 0),
  );
  const popularity = (power: number) =>
    matrix((i, j) =>
      i === j && counts[i] !== 0 ? ((counts[i] as number) / (votes.flat().length / voted)) ** power : 0,
    );
  const identity = matrix((i, j) => Number(i === j));
  const [q1, q2] = settings.sharpening;
  const lowPass = product(projector, popularity(settings.lowPassPower));
  return [
    combination([1, p], [settings.lowPassWeight, lowPass]),
    combination([1, identity], [q1, p], [q2, product(p, p)]),
    popularity(settings.pollPower),
  ].reduce(product, popularity(-settings.historyPower));
}

const expectClose = (actual: Matrix, expected: Matrix, tolerance: number): void => {
  const worst = Math.max(...matrix((i, j) => Math.abs(at(actual, i, j) - at(expected, i, j))).flat());
  expect(worst).toBeLessThan(tolerance);
};

describe('trainGraphFilter', () => {
  it('is the operator it approximates when it keeps every eigenvector', () => {
    fc.assert(
      fc.property(histories, (votes) => {
        // Eigenvalues near 0 are cut off by the filter at another place than by the reference; together they weigh little.
        expectClose(scoreMatrix(trained(logOf(votes), WHOLE)), reference(votes, WHOLE), 2e-3);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps P whole beside the diagonal whatever the number of eigenvectors', () => {
    const plain = { ...WHOLE, sharpening: [0, 0], lowPassWeight: 0 } as const;
    const few = { ...plain, mostFactors: 2 };
    fc.assert(
      fc.property(histories, (votes) => {
        const [whole, filtered] = [plain, few].map((settings) =>
          scoreMatrix(trained(logOf(votes), settings)),
        );
        for (let i = 0; i < POLLS; i += 1) {
          for (let j = 0; j < POLLS; j += 1) {
            const areVotedTogether = votes.some((polls) => polls.includes(i) && polls.includes(j));
            if (i === j || !areVotedTogether) continue;
            expect(at(filtered as Matrix, i, j)).toBeCloseTo(at(whole as Matrix, i, j), 4);
          }
        }
      }),
    );
  });

  it('keeps the largest elements of what the eigenvectors leave', () => {
    const few = { ...WHOLE, mostFactors: 1, sweeps: 40 };
    const sizes = (filter: GraphFilter, poll: number): number[] => {
      const { width, weights } = filter.neighbours;
      return Array.from(weights.subarray(poll * width, (poll + 1) * width), Math.abs).sort((a, b) => b - a);
    };
    fc.assert(
      fc.property(histories, fc.integer({ min: 1, max: 5 }), (votes, neighbours) => {
        const all = trained(logOf(votes), few);
        const pruned = trained(logOf(votes), { ...few, neighbours });
        for (let poll = 0; poll < POLLS; poll += 1) {
          const kept = sizes(pruned, poll);
          expect(kept).toEqual(sizes(all, poll).slice(0, kept.length));
        }
      }),
    );
  });

  it('gives polls without votes nothing but zeros', () => {
    const filter = trained(
      logOf([
        [0, 1, 2],
        [1, 2, 5],
        [0, 5],
      ]),
      WHOLE,
    );
    const scores = scoreMatrix(filter);
    for (const poll of [3, 4, 6, 11]) {
      expect(scores[poll]).toEqual(new Array(POLLS).fill(0));
      expect(scores.map((row) => row[poll])).toEqual(new Array(POLLS).fill(0));
    }
    for (const poll of [0, 1, 2, 5]) expect(at(scores, poll, poll)).toBeGreaterThan(0);
  });

  it('does not depend on what users are called nor on their order', () => {
    fc.assert(
      fc.property(histories, (votes) => {
        const filter = trained(logOf(votes), WHOLE);
        expect(
          trained(
            logOf(votes, (user) => `somebody ${user * 31}`),
            WHOLE,
          ),
        ).toEqual(filter);
        expectClose(scoreMatrix(trained(logOf([...votes].reverse()), WHOLE)), scoreMatrix(filter), 1e-3);
      }),
      { numRuns: 30 },
    );
  });

  it('learns the newest votes of a busy user', () => {
    const votes = [
      [0, 1, 2, 3, 4, 5],
      [4, 5],
      [3, 4],
    ];
    const capped = trained(logOf(votes), { ...WHOLE, mostVotesOfUser: 3 });
    expect(capped).toEqual(
      trained(
        logOf([
          [3, 4, 5],
          [4, 5],
          [3, 4],
        ]),
        WHOLE,
      ),
    );
  });

  it('learns of a sample of users where there are too many votes', () => {
    const votes = Array.from({ length: 400 }, (_, user) => [user % POLLS, (user + 1) % POLLS]);
    const log = logOf(votes);
    const share = 0.25;
    const drawn = votes.filter((_, user) => (log.userHashes[user] as number) < share * 2 ** 32);
    expect(drawn.length).toBeGreaterThan(60);
    expect(drawn.length).toBeLessThan(140);
    const sampled = trained(log, { ...WHOLE, mostVotes: share * log.voteCount });
    expect(sampled).toEqual(trained(logOf(drawn), WHOLE));
  });

  it('learns nothing of nothing', () => {
    const scores = scoreMatrix(trained(logOf([]), WHOLE));
    expect(scores).toEqual(matrix(() => 0));
  });
});
