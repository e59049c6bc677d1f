import { describe, expect, it } from 'vitest';
import { syntheticPlaces } from '../../../../tests/support/synthetic-places.js';
import { evaluatePolicy } from './evaluate-policy.js';
import { ESTIMATORS } from './policy-value.js';

describe('the value of another policy', () => {
  const places = syntheticPlaces({ seed: 7, users: 4_000 });
  const evaluation = evaluatePolicy(places.log, places.target);

  it.each(ESTIMATORS)('is found by %s within three standard errors, and these are small', (estimator) => {
    const { mean = 0, standardError } = evaluation.estimates[estimator]?.value ?? {};
    expect(standardError).toBeLessThan(0.01);
    expect(Math.abs(mean - places.truth)).toBeLessThan(3 * (standardError ?? 0));
    // Not because all policies are worth the same.
    expect(places.truth - (evaluation.logged?.mean ?? 0)).toBeGreaterThan(0.02);
  });

  it('differs from the logged one by the difference, whose error is the smaller one', () => {
    const { value, difference } = evaluation.estimates.snips ?? expect.fail('no estimate');
    expect(difference.mean).toBeCloseTo(value.mean - (evaluation.logged?.mean ?? 0), 12);
    expect(difference.standardError).toBeLessThan(value.standardError ?? 0);
  });

  it('has standard errors that cover the truth about as often as they promise, though users differ', () => {
    const runs = 100;
    const far = { ips: 0, snips: 0, dr: 0 };
    for (let seed = 0; seed < runs; seed += 1) {
      const { log, target, truth } = syntheticPlaces({ seed: 1_000 + seed, users: 200 });
      const found = evaluatePolicy(log, target).estimates;
      for (const name of ['ips', 'snips', 'dr'] as const) {
        const { mean = 0, standardError } = found[name]?.value ?? {};
        if (Math.abs(mean - truth) > 1.96 * (standardError ?? 0)) far[name] += 1;
      }
    }
    // 5 of 100 expected: 14 or more happen once in 2,000 such tests, none once in 170.
    for (const count of Object.values(far)) {
      expect(count).toBeGreaterThan(0);
      expect(count).toBeLessThan(14);
    }
  });

  it('is the mean reward for the policy that answered, which every place supports fully', () => {
    const same = evaluatePolicy(places.log, places.logging);
    const n = places.log.reward.length;
    for (const name of ['ips', 'snips'] as const) {
      expect(same.estimates[name]?.value).toEqual(same.logged);
      expect(same.estimates[name]?.difference).toEqual({ mean: 0, standardError: 0 });
    }
    expect(same.support).toMatchObject({
      effectiveSampleSize: n,
      changedPlaces: 0,
      changedEffectiveSampleSize: 0,
      meanWeight: { mean: 1, standardError: 0 },
      largestWeight: 1,
    });
  });

  it('tells how well the log supports it', () => {
    const { support } = evaluation;
    const n = places.log.reward.length;
    expect(support.changedPlaces).toBe(n);
    expect(support.effectiveSampleSize).toBeGreaterThan(n / 10);
    expect(support.effectiveSampleSize).toBeLessThan(n);
    const { mean = 0, standardError } = support.meanWeight ?? {};
    expect(Math.abs(mean - 1)).toBeLessThan(3 * (standardError ?? 0));
  });

  it('is nothing where there is no place', () => {
    const empty = syntheticPlaces({ seed: 1, users: 0 });
    expect(evaluatePolicy(empty.log, empty.target)).toMatchObject({
      places: 0,
      logged: null,
      estimates: { ips: null, snips: null, dm: null, dr: null },
    });
  });
});
