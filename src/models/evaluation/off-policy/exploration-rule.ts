import { explorationWeights } from '../../../domain/exploration-draw.js';
import type { ExplorationMethod, ExplorationSet } from '../../../domain/logged-answer.js';
import { exploringChances, loggedChances, type TargetRule } from './target-rule.js';

export interface ExplorationChange {
  /** Share of the places that explore, 0 to 1; null leaves it as it was. */
  readonly share: number | null;
  /** How they draw; null leaves it as it was. */
  readonly method: ExplorationMethod | null;
}

/**
 * The policy that answered with another share or method of exploration: places that could explore do so more or less often by the
 * ratio of the two shares, from the candidates that were logged. Other places stay as they were.
 */
export function explorationRule({ share, method }: ExplorationChange): TargetRule {
  // Each place of an answer asks for the same weights, and those of some methods are costly.
  const known = new WeakMap<ExplorationSet, readonly number[]>();
  const weightsOf = (set: ExplorationSet): readonly number[] => {
    if (method === null || method === set.method) return set.candidates.map((candidate) => candidate.weight);
    const weights = known.get(set) ?? explorationWeights(method, set.candidates);
    known.set(set, weights);
    return weights;
  };
  return (answer, index) => {
    const place = answer.places[index];
    const { exploration } = answer;
    if (place === undefined || exploration === null || place.explores === 0) {
      return loggedChances(answer, index);
    }
    const ratio = share === null || exploration.share === 0 ? 1 : share / exploration.share;
    const explores = Math.min(1, place.explores * ratio);
    return exploringChances(answer, index, {
      explores,
      method: method ?? exploration.method,
      weights: weightsOf(exploration),
    });
  };
}
