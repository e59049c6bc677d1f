import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, median, spread } from './compare.js';

const quiet = { signal: new AbortController().signal, progress: () => {} };
const series = (values: readonly number[]) => {
  const left = [...values];
  return async () => left.shift() ?? Number.NaN;
};

describe('compare', () => {
  it('says how many times better a rate is', async () => {
    const result = await compare({
      ...quiet,
      name: 'api.popular.c32',
      unit: 'requests/s',
      yardstickName: 'constant',
      rounds: 3,
      ours: series([100, 400, 200]),
      yardstick: series([800, 1000, 1200]),
    });
    expect(result).toEqual({
      name: 'api.popular.c32',
      unit: 'requests/s',
      ours: 200,
      yardstick: { name: 'constant', value: 1000 },
      ratio: 0.2,
      spread: 1.5,
    });
  });

  it('turns the ratio of times round, and adds what ours takes more', async () => {
    const result = await compare({
      ...quiet,
      name: 'startup.serve',
      unit: 'ms',
      yardstickName: 'bare',
      rounds: 2,
      ours: series([900, 1100]),
      yardstick: series([500, 500]),
    });
    expect(result).toMatchObject({ ours: 1000, ratio: 0.5, addedMs: 500, spread: 0.2 });
  });

  it('measures in turns, each going first in every other round', async () => {
    const order: string[] = [];
    const turn = (title: string) => async () => order.push(title);
    await compare({
      ...quiet,
      name: 'turns',
      unit: 'ms',
      yardstickName: 'other',
      rounds: 3,
      ours: turn('ours'),
      yardstick: turn('yardstick'),
    });
    expect(order).toEqual(['ours', 'yardstick', 'yardstick', 'ours', 'ours', 'yardstick']);
  });

  it('stops between two turns', async () => {
    const controller = new AbortController();
    const stopped = compare({
      name: 'stopped',
      unit: 'ms',
      yardstickName: 'other',
      rounds: 9,
      ours: async () => 1,
      yardstick: async () => {
        controller.abort();
        return 1;
      },
      signal: controller.signal,
      progress: () => {},
    });
    await expect(stopped).rejects.toThrow(/aborted/);
  });
});

describe('median and spread', () => {
  const values = fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 });

  it('lies with at least half of the values on either side', () => {
    fc.assert(
      fc.property(values, (list) => {
        const middle = median(list);
        expect(list.filter((value) => value <= middle).length * 2).toBeGreaterThanOrEqual(list.length);
        expect(list.filter((value) => value >= middle).length * 2).toBeGreaterThanOrEqual(list.length);
      }),
    );
  });

  it('does not depend on the unit', () => {
    fc.assert(
      fc.property(values, (list) => {
        expect(spread(list.map((value) => value * 8))).toBeCloseTo(spread(list), 6);
      }),
    );
  });
});
