import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../samples/random.js';
import { findTrends, type TrendCounts } from './find-trends.js';

/** A Poisson number: arrivals of a unit clock (Knuth), in parts, so that large means do not underflow. */
function poisson(random: Random, mean: number): number {
  let count = 0;
  for (let rest = mean; rest > 0; rest -= 100) {
    const limit = Math.exp(-Math.min(100, rest));
    for (let product = random.uniform(); product > limit; product *= random.uniform()) count += 1;
  }
  return count;
}

interface Traffic {
  readonly polls: number;
  /** Polls whose rate in the window is `factor` times their rate before. */
  readonly rising: number;
  readonly factor: number;
  /** Traffic of the window against that of a day before. */
  readonly busy?: number;
  /** How much a poll's rate differs from day to day, as the deviation of its logarithm. */
  readonly unrest?: number;
}

/** Polls of very different rates and ages, in a world of known truth: the first `rising` of them rise. */
function traffic(seed: number, { polls, rising, factor, busy = 1, unrest = 0 }: Traffic): TrendCounts[] {
  const random = new Random(seed);
  return Array.from({ length: polls }, (_, place) => {
    const rate = 0.004 * Math.exp(1.2 * random.normal());
    const exposure = { window: 1_000 * busy, before: 1_000 * random.between(1, 7) };
    const shaken = (mean: number): number => mean * Math.exp(unrest * random.normal() - unrest ** 2 / 2);
    return {
      window: poisson(random, shaken(rate * exposure.window * (place < rising ? factor : 1))),
      before: poisson(random, rate * exposure.before),
      exposure,
    };
  });
}

/** Over many worlds: the share of polls called rising that are not, of worlds with any such, and of rising ones found. */
function measure(options: Traffic, worlds = 60) {
  let called = 0;
  let falsely = 0;
  let worldsWithFalse = 0;
  let found = 0;
  let telling = 0;
  for (let seed = 1; seed <= worlds; seed += 1) {
    const counts = traffic(seed, options);
    const trends = findTrends(counts);
    let wrong = 0;
    for (const [place, trend] of trends.entries()) {
      const isRising = place < options.rising;
      // Of a poll with hardly any votes nobody can tell.
      const isTelling = isRising && (counts[place]?.window ?? 0) >= 20;
      if (isTelling) telling += 1;
      if (trend <= 0) continue;
      called += 1;
      if (!isRising) wrong += 1;
      else if (isTelling) found += 1;
    }
    falsely += wrong;
    if (wrong > 0) worldsWithFalse += 1;
  }
  return {
    falseShare: called === 0 ? 0 : falsely / called,
    falseWorlds: worldsWithFalse / worlds,
    power: telling === 0 ? 1 : found / telling,
  };
}

describe('findTrends on traffic of known truth', () => {
  it('calls hardly ever anything a trend where nothing rises, in quiet worlds and twice as busy ones', () => {
    for (const busy of [0.5, 1, 2]) {
      expect(measure({ polls: 200, rising: 0, factor: 1, busy }).falseWorlds).toBeLessThanOrEqual(0.1);
    }
  });

  it('finds what rises, and little else', () => {
    const { falseShare, power } = measure({ polls: 200, rising: 10, factor: 4 });
    expect(falseShare).toBeLessThanOrEqual(0.07);
    expect(power).toBeGreaterThanOrEqual(0.8);
  });

  it('finds it on a day with twice the traffic as well', () => {
    const { falseShare, power } = measure({ polls: 200, rising: 10, factor: 4, busy: 2 });
    expect(falseShare).toBeLessThanOrEqual(0.07);
    expect(power).toBeGreaterThanOrEqual(0.8);
  });

  it('keeps still where all polls go up and down more than chance does', () => {
    // Taken for steady, nearly every such world would have false trends.
    expect(measure({ polls: 200, rising: 0, factor: 1, unrest: 0.3 }).falseWorlds).toBeLessThanOrEqual(0.2);
  });
});

describe('findTrends', () => {
  const exposure = { window: 1_000, before: 7_000 };
  const steady: readonly TrendCounts[] = Array.from({ length: 40 }, (_, place) => ({
    window: 10 + (place % 3),
    before: 77,
    exposure,
  }));
  const trendOf = (poll: TrendCounts): number => findTrends([...steady, poll]).at(-1) ?? 0;

  it('tells a rise by its lower bound: the more votes, the nearer to the rise itself', () => {
    const [few, many] = [40, 4_000].map((window) => trendOf({ window, before: (7 * window) / 4, exposure }));
    expect(few).toBeGreaterThan(1);
    expect(many).toBeGreaterThan(few as number);
    // Four times the rate is two doublings.
    expect(many).toBeLessThan(2);
    expect(many).toBeGreaterThan(1.8);
  });

  it('is not moved by a poll that is only large, or only shown more', () => {
    expect(trendOf({ window: 1_000, before: 7_000, exposure })).toBe(0);
    expect(trendOf({ window: 60, before: 70, exposure: { window: 6_000, before: 7_000 } })).toBe(0);
    expect(trendOf({ window: 60, before: 70, exposure })).toBeGreaterThan(0);
  });

  it('takes the first votes of a new poll for no trend, but many times what polls get', () => {
    const born = { window: 800, before: 0 };
    expect(trendOf({ window: 12, before: 0, exposure: born })).toBe(0);
    expect(trendOf({ window: 200, before: 0, exposure: born })).toBeGreaterThan(0);
  });

  it('gives a number of 0 or more for each poll, in order, whatever the counts', () => {
    const count = fc.integer({ min: 0, max: 1_000_000 });
    const poll = fc.record({
      window: count,
      before: count,
      exposure: fc.record({ window: count, before: count }),
    });
    fc.assert(
      fc.property(fc.array(poll, { maxLength: 30 }), (polls) => {
        const trends = findTrends(polls);
        expect(trends).toHaveLength(polls.length);
        for (const trend of trends) expect(trend >= 0 && Number.isFinite(trend)).toBe(true);
        // Renaming, that is another order, changes nothing.
        expect(findTrends(polls.toReversed())).toEqual(
          trends.toReversed().map((trend) => expect.closeTo(trend, 6)),
        );
      }),
    );
  });
});
