import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { samplePoll } from '../../tests/support/edge-services.js';
import type { Poll } from '../domain/poll.js';
import { DiverseOrder, type WeighedCandidate } from './diverse-order.js';

const candidate = (id: string, worth: number): WeighedCandidate => ({
  candidate: { poll: samplePoll(id), score: worth, kind: 'POPULAR', because: null },
  worth,
});

/** Likeness as the cosine of a vector of each poll, whose entries are 0 or more. */
function likenessBy(vectors: ReadonlyMap<string, readonly number[]>) {
  const unit = (poll: Poll): number[] => {
    const vector = vectors.get(poll.id) ?? [];
    const length = Math.hypot(...vector) || 1;
    return vector.map((value) => value / length);
  };
  return (a: Poll, b: Poll): number => {
    const other = unit(b);
    return unit(a).reduce((sum, value, n) => sum + value * (other[n] ?? 0), 0);
  };
}

function fill(order: DiverseOrder, places: number): string[] {
  const ids: string[] = [];
  for (let best = order.best(); best !== null && ids.length < places; best = order.best()) {
    ids.push(best.poll.id);
    order.place(best.poll);
  }
  return ids;
}

/** The log of the determinant, by elimination with no exchange: the matrices are positive definite. */
function logDeterminant(matrix: readonly (readonly number[])[]): number {
  const rows = matrix.map((row) => [...row]);
  let sum = 0;
  rows.forEach((row, at) => {
    const pivot = row[at] ?? 0;
    sum += Math.log(pivot);
    for (const below of rows.slice(at + 1)) {
      const factor = (below[at] ?? 0) / pivot;
      row.forEach((value, n) => {
        below[n] = (below[n] ?? 0) - factor * value;
      });
    }
  });
  return sum;
}

const items = fc.array(
  fc.record({
    worth: fc.double({ min: -1, max: 1, noNaN: true }),
    vector: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 }),
  }),
  { minLength: 1, maxLength: 14 },
);

describe('a diverse order', () => {
  it('gives each place to what adds most to worth and half the log determinant of the kernel', () => {
    fc.assert(
      fc.property(items, fc.double({ min: 0.05, max: 2, noNaN: true }), (list, strength) => {
        const vectors = new Map(list.map(({ vector }, n) => [`p${n}`, vector]));
        const likeness = likenessBy(vectors);
        const weighed = list.map(({ worth }, n) => candidate(`p${n}`, worth));
        const chosen = fill(new DiverseOrder(weighed, { strength, likeness }), 8);
        const polls = new Map(weighed.map((item) => [item.candidate.poll.id as string, item]));
        const value = (ids: readonly string[]): number => {
          const kernel = ids.map((a) =>
            ids.map((b) => (a === b ? 1 : 0.99 * likeness(samplePoll(a), samplePoll(b)))),
          );
          const worth = ids.reduce((sum, id) => sum + (polls.get(id)?.worth ?? 0), 0);
          return worth + (strength / 2) * logDeterminant(kernel);
        };
        chosen.forEach((id, place) => {
          const above = chosen.slice(0, place);
          const taken = value([...above, id]);
          for (const other of polls.keys()) {
            if (!above.includes(other)) expect(taken).toBeGreaterThanOrEqual(value([...above, other]) - 1e-6);
          }
        });
      }),
      { numRuns: 60 },
    );
  });

  it('is that of worth alone without strength or without likeness', () => {
    fc.assert(
      fc.property(items, (list) => {
        const weighed = list.map(({ worth }, n) => candidate(`p${n}`, worth));
        const byWorth = [...weighed].sort((a, b) => b.worth - a.worth).map((item) => item.candidate.poll.id);
        expect(fill(new DiverseOrder(weighed, { strength: 0, likeness: () => 1 }), 20)).toEqual(byWorth);
        expect(fill(new DiverseOrder(weighed, { strength: 1, likeness: () => 0 }), 20)).toEqual(byWorth);
      }),
    );
  });

  it('lets a copy of what stands above sink below others, also of a poll that is no candidate', () => {
    const likeness = likenessBy(
      new Map([
        ['a', [1, 0]],
        ['copy', [1, 0]],
        ['b', [0, 1]],
      ]),
    );
    const weighed = [candidate('a', 1), candidate('copy', 0.9), candidate('b', 0.5)];
    expect(fill(new DiverseOrder(weighed, { strength: 0.5, likeness }), 3)).toEqual(['a', 'b', 'copy']);
    const order = new DiverseOrder(weighed.slice(1), { strength: 0.5, likeness });
    order.place(samplePoll('a'));
    expect(fill(order, 2)).toEqual(['b', 'copy']);
  });

  it('goes on for long lists, each candidate once, and forgets what is far above', () => {
    const vectors = new Map<string, number[]>([
      ['first', [1, 0]],
      ['copy', [1, 0]],
    ]);
    const others = Array.from({ length: 40 }, (_, n) => candidate(`p${n}`, 1 - n / 100));
    for (const {
      candidate: { poll },
    } of others)
      vectors.set(poll.id, [0, 0]);
    const weighed = [candidate('first', 3), ...others, candidate('copy', 0.75)];
    const order = fill(new DiverseOrder(weighed, { strength: 1, likeness: likenessBy(vectors) }), 100);
    expect(order).toHaveLength(42);
    expect(new Set(order).size).toBe(42);
    // Its worth alone puts it among the places from 25 on, where the first one is out of sight.
    expect(order.indexOf('copy')).toBeGreaterThan(24);
    expect(order.indexOf('copy')).toBeLessThan(30);
  });
});
