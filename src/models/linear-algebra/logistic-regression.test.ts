import { describe, expect, it } from 'vitest';
import { fitLogistic, sigmoid } from './logistic-regression.js';

/** Labels in exactly the shares that the coefficients foretell, so that the best fit is known. */
function weightedCases(slope: number, intercept: number): { features: number[]; labels: number[] } {
  const features: number[] = [];
  const labels: number[] = [];
  for (const x of [-2, -1, 0, 1, 2]) {
    const positives = Math.round(10_000 * sigmoid(slope * x + intercept));
    for (let k = 0; k < 10_000; k += 1) {
      features.push(x, 1);
      labels.push(k < positives ? 1 : 0);
    }
  }
  return { features, labels };
}

describe('fitLogistic', () => {
  it('finds the coefficients that made the labels', () => {
    const [slope, intercept] = fitLogistic({
      ...weightedCases(1.5, -0.5),
      width: 2,
      prior: [0, 0],
      priorWeight: 1e-6,
    });
    expect(slope).toBeCloseTo(1.5, 2);
    expect(intercept).toBeCloseTo(-0.5, 2);
  });

  it('stays at the prior where there is nothing to learn from', () => {
    expect(fitLogistic({ features: [], width: 2, labels: [], prior: [3, -1], priorWeight: 10 })).toEqual([
      3, -1,
    ]);
  });

  it('stays finite and ordered on labels that a line separates', () => {
    const slopeWith = (priorWeight: number): number =>
      fitLogistic({ features: [-1, 1], width: 1, labels: [0, 1], prior: [0], priorWeight })[0] as number;
    expect(Number.isFinite(slopeWith(1e-3))).toBe(true);
    expect(slopeWith(1e-3)).toBeGreaterThan(slopeWith(1));
    expect(slopeWith(1)).toBeGreaterThan(0);
  });
});
