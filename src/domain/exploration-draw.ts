import type { ExplorationCandidate, ExplorationMethod } from './logged-answer.js';

/** What is known of a new poll when it stands for a draw. */
export type ExplorationFacts = Pick<ExplorationCandidate, 'votes' | 'likingShare'>;

/** Pseudo-votes behind the liking share of a poll that has none: what its posterior starts from. */
const PRIOR_VOTES = 5;
/** Part of the probability that all candidates share alike, so that another policy can be judged from the log of any. */
const UNIFORM_PART = 0.1;
/** Points of the grid on which posteriors are integrated; the narrowest one (30 votes) has a deviation of five steps. */
const GRID = 64;
/** Shares are taken to a hundredth, so that posteriors recur and are computed once. */
const SHARE_STEPS = 100;

/** A Beta posterior on the grid: the probability of each point, and of lying below it, with its logarithm. */
interface Posterior {
  readonly mass: Float64Array;
  readonly below: Float64Array;
  readonly logBelow: Float64Array;
}

const posteriors = new Map<number, Posterior>();
/** All combinations of fewer than 30 votes and a share in hundredths fit. */
const MOST_POSTERIORS = 4_000;

function posteriorOf({ votes, likingShare }: ExplorationFacts): Posterior {
  const step = Math.min(SHARE_STEPS - 1, Math.max(1, Math.round(likingShare * SHARE_STEPS)));
  const key = votes * (SHARE_STEPS + 1) + step;
  const known = posteriors.get(key);
  if (known !== undefined) return known;
  const posterior = betaOnGrid(step / SHARE_STEPS, votes + PRIOR_VOTES);
  if (posteriors.size < MOST_POSTERIORS) posteriors.set(key, posterior);
  return posterior;
}

function betaOnGrid(mean: number, strength: number): Posterior {
  const point = (n: number): number => (n + 0.5) / GRID;
  const logDensities = Array.from(
    { length: GRID },
    (_, n) =>
      (mean * strength - 1) * Math.log(point(n)) + ((1 - mean) * strength - 1) * Math.log(1 - point(n)),
  );
  const highest = Math.max(...logDensities);
  const mass = Float64Array.from(logDensities, (value) => Math.exp(value - highest));
  const total = mass.reduce((sum, value) => sum + value, 0);
  const below = new Float64Array(GRID);
  let sum = 0;
  for (let n = 0; n < GRID; n++) {
    const own = (mass[n] as number) / total;
    mass[n] = own;
    // Half of the own point counts as below: two polls alike are each better half of the time.
    below[n] = Math.max(sum + own / 2, Number.MIN_VALUE);
    sum += own;
  }
  return { mass, below, logBelow: below.map(Math.log) };
}

/**
 * The probability that each poll is the best of all, ∫ f_i(x) Π_{j≠i} F_j(x) dx over Beta posteriors of liking: what Thompson
 * sampling (Thompson 1933; the integral: Scott, "A modern Bayesian look at the multi-armed bandit", 2010, section 3) chooses it
 * with. Integrated rather than sampled, so that the probability of each choice is known exactly.
 */
function bestOfAll(candidates: readonly ExplorationFacts[]): number[] {
  const each = candidates.map(posteriorOf);
  const logAllBelow = new Float64Array(GRID);
  for (const { logBelow } of each) {
    for (let n = 0; n < GRID; n++) logAllBelow[n] = (logAllBelow[n] as number) + (logBelow[n] as number);
  }
  const highest = Math.max(...logAllBelow);
  const allBelow = logAllBelow.map((value) => Math.exp(value - highest));
  return each.map(({ mass, below }) => {
    let chance = 0;
    for (let n = 0; n < GRID; n++) {
      chance += ((mass[n] as number) * (allBelow[n] as number)) / (below[n] as number);
    }
    return chance;
  });
}

/** One deviation above the mean of the Beta posterior. */
function upperBound({ votes, likingShare }: ExplorationFacts): number {
  const variance = (likingShare * (1 - likingShare)) / (votes + PRIOR_VOTES + 1);
  return likingShare + Math.sqrt(variance);
}

const WEIGHTS: Record<ExplorationMethod, (candidates: readonly ExplorationFacts[]) => number[]> = {
  uniform: (candidates) => candidates.map(() => 1),
  weighted: (candidates) => candidates.map(({ votes }) => 1 / (1 + votes)),
  ucb: (candidates) => candidates.map(upperBound),
  thompson: bestOfAll,
};

/**
 * The weight of each candidate by a method: alike (`uniform`), 1/(1 + votes) (`weighted`), an upper bound of its liking share
 * (`ucb`), or the probability that it is the best of all (`thompson`).
 */
export function explorationWeights(
  method: ExplorationMethod,
  candidates: readonly ExplorationFacts[],
): number[] {
  return WEIGHTS[method](candidates);
}

/**
 * The probability that an exploring place takes each of the candidates that may stand there: nine parts in ten in proportion to
 * their weights, or all to the largest for `ucb`, and every candidate alike for the rest.
 */
export function drawProbabilities(method: ExplorationMethod, weights: readonly number[]): Float64Array {
  const largest = Math.max(...weights);
  const ownWeight = (weight: number): number => (method !== 'ucb' ? weight : weight === largest ? 1 : 0);
  let total = 0;
  for (const weight of weights) total += ownWeight(weight);
  const even = 1 / weights.length;
  const ownPart = total > 0 ? 1 - UNIFORM_PART : 0;
  const probabilities = new Float64Array(weights.length).fill(even * (1 - ownPart));
  if (ownPart === 0) return probabilities;
  for (const [at, weight] of weights.entries()) {
    probabilities[at] = (probabilities[at] ?? 0) + (ownPart * ownWeight(weight)) / total;
  }
  return probabilities;
}
