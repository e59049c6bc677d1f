import { describe, expect, it } from 'vitest';
import { coreOf, innerSplit, join, type Lines, parseLines, takesOf } from './gowalla.js';

const line = (user: string, items: readonly number[]): [string, string[]] => [user, items.map(String)];

describe('parseLines', () => {
  it('reads a user and items from each line, and leaves users without items out', () => {
    expect([...parseLines('0 3 5\n1\n2 3 \n')]).toEqual([
      ['u0', ['g3', 'g5']],
      ['u2', ['g3']],
    ]);
  });
});

describe('takesOf', () => {
  it('gives all takes one time', () => {
    const takes = takesOf(join(new Map([line('u', [1])]), new Map([line('u', [2]), line('v', [1])])));
    expect(takes.map(({ user, item }) => `${user} ${item}`)).toEqual(['u 1', 'u 2', 'v 1']);
    expect(new Set(takes.map(({ at }) => at)).size).toBe(1);
  });
});

describe('coreOf', () => {
  it('takes out what has too few events, and what has too few because of that', () => {
    const lines: Lines = new Map([
      line('a', [1, 2, 3]),
      line('b', [1, 2]),
      line('c', [2, 3]),
      line('d', [3, 4]),
    ]);
    // 4 goes, d with it, whose 3 is still taken twice.
    expect([...coreOf(lines, 2)]).toEqual([line('a', [1, 2, 3]), line('b', [1, 2]), line('c', [2, 3])]);
    expect([...coreOf(lines, 5)]).toEqual([]);
  });
});

describe('innerSplit', () => {
  const many = Array.from({ length: 20 }, (_, item) => item);
  const train: Lines = new Map(Array.from({ length: 12 }, (_, user) => line(`u${user}`, many)));
  const valid: Lines = new Map(
    Array.from({ length: 12 }, (_, user) => line(`u${user}`, [20, 21, 22, 23, 24])),
  );

  it('holds the last fifth of each line back, items of valid among both parts', () => {
    const inner = innerSplit(train, valid);
    expect(inner.train.size).toBe(12);
    for (const [user, items] of inner.train) {
      expect(items).toHaveLength(20);
      expect(inner.test.get(user)).toHaveLength(5);
      const order = [...items, ...(inner.test.get(user) ?? [])].map(Number);
      expect(order.filter((item) => item < 20)).toEqual(many);
      expect([...order].sort((a, b) => a - b)).toEqual([...many, 20, 21, 22, 23, 24]);
    }
    const known = [...inner.train.values()].flat().filter((item) => Number(item) >= 20);
    expect(known.length).toBeGreaterThan(0);
    expect(known.length).toBeLessThan(60);
    expect(innerSplit(train, valid)).toEqual(inner);
  });
});
