import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chanceCalibration } from './chance-calibration.js';

const forecasts = (chance: number, happened: number, all: number) =>
  Array.from({ length: all }, (_, place) => ({ chance, happened: place < happened }));

describe('chanceCalibration', () => {
  it('is none without forecasts', () => {
    expect(chanceCalibration([])).toBeNull();
  });

  it('finds no error in chances that come true as often as they say', () => {
    expect(chanceCalibration([...forecasts(0.25, 1, 4), ...forecasts(0.75, 6, 8)])).toEqual({
      items: 12,
      brier: expect.closeTo(0.1875, 12),
      expectedError: 0,
      bins: [
        { from: 0.2, to: 0.3, items: 4, forecast: 0.25, observed: 0.25 },
        { from: 0.7, to: 0.8, items: 8, forecast: 0.75, observed: 0.75 },
      ],
    });
  });

  it('weighs the error of each bin by its forecasts', () => {
    const calibration = chanceCalibration([...forecasts(1, 1, 2), ...forecasts(0, 0, 6)]);
    expect(calibration).toMatchObject({ brier: 1 / 8, expectedError: 1 / 8 });
    expect(calibration?.bins.map((bin) => bin.observed)).toEqual([0, 0.5]);
  });

  it('holds every forecast once, and errs by 0 to 1', () => {
    const forecast = fc.record({
      chance: fc.double({ min: 0, max: 1, noNaN: true }),
      happened: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(forecast, { minLength: 1 }), (given) => {
        const calibration = chanceCalibration(given);
        expect(calibration?.bins.reduce((sum, bin) => sum + bin.items, 0)).toBe(given.length);
        expect(calibration?.expectedError).toBeGreaterThanOrEqual(0);
        expect(calibration?.expectedError).toBeLessThanOrEqual(1);
        // Within a bin the mean square is at least the square of the mean: Brier is never under the squared error of the bins.
        expect(calibration?.brier).toBeGreaterThanOrEqual((calibration?.expectedError ?? 0) ** 2 - 1e-12);
      }),
    );
  });
});
