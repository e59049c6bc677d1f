import { solvePositiveDefinite } from './small-system.js';

export interface LogisticProblem {
  /** Row-major: one row an observation, `width` numbers each. */
  readonly features: readonly number[];
  readonly width: number;
  /** 1 or 0, one an observation. */
  readonly labels: readonly number[];
  /** Coefficients to stay near where there is little data. */
  readonly prior: readonly number[];
  /** How strongly, as a ridge penalty on the difference to the prior. */
  readonly priorWeight: number;
}

const STEPS = 25;
const ENOUGH = 1e-8;

/**
 * Coefficients that make the labels most likely under σ(features · coefficients), less the penalty: Newton's method, with the step
 * halved while it makes things worse (Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 4.4.1).
 */
export function fitLogistic(problem: LogisticProblem): number[] {
  const { width, prior } = problem;
  let coefficients = [...prior];
  let loss = lossOf(problem, coefficients);
  for (let step = 0; step < STEPS; step += 1) {
    const move = newtonMove(problem, coefficients);
    let scale = 1;
    let next = coefficients.map((value, k) => value - (move[k] as number));
    let nextLoss = lossOf(problem, next);
    while (nextLoss > loss && scale > ENOUGH) {
      scale /= 2;
      const size = scale;
      next = coefficients.map((value, k) => value - size * (move[k] as number));
      nextLoss = lossOf(problem, next);
    }
    if (!(loss - nextLoss > ENOUGH * width)) return nextLoss < loss ? next : coefficients;
    coefficients = next;
    loss = nextLoss;
  }
  return coefficients;
}

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

function margin({ features, width }: LogisticProblem, row: number, coefficients: readonly number[]): number {
  let sum = 0;
  for (let k = 0; k < width; k += 1) {
    sum += (features[row * width + k] as number) * (coefficients[k] as number);
  }
  return sum;
}

function lossOf(problem: LogisticProblem, coefficients: readonly number[]): number {
  let loss = 0;
  problem.labels.forEach((label, row) => {
    const z = margin(problem, row, coefficients) * (label === 1 ? 1 : -1);
    loss += z > 0 ? Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z)) - z;
  });
  const penalty = coefficients.reduce(
    (sum, value, k) => sum + (value - (problem.prior[k] as number)) ** 2,
    0,
  );
  return loss + (problem.priorWeight / 2) * penalty;
}

function newtonMove(problem: LogisticProblem, coefficients: readonly number[]): number[] {
  const { features, width, labels, prior, priorWeight } = problem;
  const gradient = coefficients.map((value, k) => priorWeight * (value - (prior[k] as number)));
  const hessian = gradient.map((_, j) => gradient.map((__, k) => (j === k ? priorWeight : 0)));
  labels.forEach((label, row) => {
    const chance = sigmoid(margin(problem, row, coefficients));
    const slope = chance * (1 - chance);
    for (let j = 0; j < width; j += 1) {
      const x = features[row * width + j] as number;
      gradient[j] = (gradient[j] as number) + (chance - label) * x;
      const line = hessian[j] as number[];
      for (let k = 0; k < width; k += 1) {
        line[k] = (line[k] as number) + slope * x * (features[row * width + k] as number);
      }
    }
  });
  return solvePositiveDefinite(hessian, gradient);
}
