import { incompleteBeta } from '../statistics/incomplete-beta.js';

/**
 * The chance that Student's t with `freedom` degrees of freedom is as far from 0 as `t`, on either side:
 * the regularised incomplete beta function at freedom / (freedom + t²), with parameters freedom / 2 and 1/2.
 */
export function twoSidedChance(t: number, freedom: number): number {
  const square = t * t;
  if (!Number.isFinite(square)) return 0;
  const whole = freedom + square;
  // Near 0 the point is so close to 1 that only its distance from there is precise.
  return square < 1
    ? 1 - incompleteBeta(square / whole, 0.5, freedom / 2)
    : incompleteBeta(freedom / whole, freedom / 2, 0.5);
}
