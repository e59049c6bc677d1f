import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectiveSampleSize, policyValue, type WeightedPlaces } from './policy-value.js';

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const place = fc.record({
  reward: fc.constantFrom(0, 1),
  weight: fc.double({ min: 0.01, max: 20, noNaN: true }),
  shown: unit,
  target: unit,
  cluster: fc.nat(4),
});
type Place = typeof place extends fc.Arbitrary<infer T> ? T : never;

const columns = (rows: readonly Place[]): WeightedPlaces => ({
  reward: Float64Array.from(rows, (row) => row.reward),
  weight: Float64Array.from(rows, (row) => row.weight),
  foretoldShown: Float64Array.from(rows, (row) => row.shown),
  foretoldTarget: Float64Array.from(rows, (row) => row.target),
  cluster: Int32Array.from(rows, (row) => row.cluster),
  clusterCount: 5,
});
const places = fc.array(place, { minLength: 1, maxLength: 40 });

describe('estimators', () => {
  it('give the figures of a log that can be worked out by hand', () => {
    const log = columns([
      { reward: 1, weight: 2, shown: 0.5, target: 0.6, cluster: 0 },
      { reward: 0, weight: 0.5, shown: 0.4, target: 0.2, cluster: 1 },
    ]);
    const value = (name: 'ips' | 'snips' | 'dm' | 'dr') => policyValue(name, log)?.value.mean;
    expect(value('ips')).toBeCloseTo(1, 12);
    expect(value('snips')).toBeCloseTo(2 / 2.5, 12);
    expect(value('dm')).toBeCloseTo(0.4, 12);
    expect(value('dr')).toBeCloseTo((0.6 + 2 * 0.5 + 0.2 - 0.5 * 0.4) / 2, 12);
    expect(effectiveSampleSize(log.weight)).toBeCloseTo(2.5 ** 2 / 4.25, 12);
  });

  it('do not depend on the order of the places', () => {
    fc.assert(
      fc.property(places, (rows) => {
        for (const name of ['ips', 'snips', 'dm', 'dr'] as const) {
          const [one, other] = [
            policyValue(name, columns(rows)),
            policyValue(name, columns(rows.toReversed())),
          ];
          expect(one?.value.mean).toBeCloseTo(other?.value.mean ?? Number.NaN, 9);
          expect(one?.value.standardError).toBeCloseTo(other?.value.standardError ?? Number.NaN, 9);
        }
      }),
    );
  });

  it('self-normalise: weights of another scale change nothing, and the value is a mean of rewards', () => {
    fc.assert(
      fc.property(places, fc.double({ min: 0.1, max: 10, noNaN: true }), (rows, scale) => {
        const value = policyValue('snips', columns(rows))?.value.mean ?? Number.NaN;
        const scaled = columns(rows.map((row) => ({ ...row, weight: row.weight * scale })));
        expect(policyValue('snips', scaled)?.value.mean).toBeCloseTo(value, 9);
        expect(value).toBeGreaterThanOrEqual(Math.min(...rows.map((row) => row.reward)) - 1e-9);
        expect(value).toBeLessThanOrEqual(Math.max(...rows.map((row) => row.reward)) + 1e-9);
      }),
    );
  });

  it('are doubly robust at both ends: without a reward model as ips, with a perfect one as the direct method', () => {
    fc.assert(
      fc.property(places, (rows) => {
        const blank = columns(rows.map((row) => ({ ...row, shown: 0, target: 0 })));
        expect(policyValue('dr', blank)?.value.mean).toBeCloseTo(
          policyValue('ips', blank)?.value.mean ?? -1,
          9,
        );
        const perfect = columns(rows.map((row) => ({ ...row, shown: row.reward })));
        expect(policyValue('dr', perfect)?.value.mean).toBeCloseTo(
          policyValue('dm', perfect)?.value.mean ?? -1,
          9,
        );
      }),
    );
  });

  it('say the same of a place told twice within its cluster, standard error included', () => {
    fc.assert(
      fc.property(places, (rows) => {
        for (const name of ['ips', 'snips', 'dm', 'dr'] as const) {
          const one = policyValue(name, columns(rows))?.value;
          const twice = policyValue(name, columns([...rows, ...rows]))?.value;
          expect(twice?.mean).toBeCloseTo(one?.mean ?? Number.NaN, 9);
          expect(twice?.standardError).toBeCloseTo(one?.standardError ?? Number.NaN, 9);
        }
      }),
    );
  });

  it('give no self-normalised value without any weight, and no error for a single cluster', () => {
    const log = columns([{ reward: 1, weight: 0, shown: 0, target: 0, cluster: 0 }]);
    expect(policyValue('snips', log)).toBeNull();
    expect(policyValue('ips', { ...log, clusterCount: 1 })?.value).toEqual({ mean: 0, standardError: null });
  });
});

describe('the effective sample size', () => {
  it('is n for equal weights, and between 1 and n for others', () => {
    fc.assert(
      fc.property(places, (rows) => {
        const size = effectiveSampleSize(columns(rows).weight);
        expect(size).toBeGreaterThanOrEqual(1 - 1e-9);
        expect(size).toBeLessThanOrEqual(rows.length + 1e-9);
        const equal = new Float64Array(rows.length).fill(rows[0]?.weight ?? 1);
        expect(effectiveSampleSize(equal)).toBeCloseTo(rows.length, 9);
      }),
    );
  });
});
