import type { PollId, RecommendationId } from '../../../domain/ids.js';
import { type PollChance, type TargetRule, withRest } from './target-rule.js';

/** One row of a file that tells what a target policy shows. */
export interface ListedChance {
  readonly recommendationId: RecommendationId;
  readonly position: number;
  readonly pollId: PollId;
  readonly probability: number;
}

const TOLERANCE = 1e-6;

/**
 * A policy told place by place. Places that the rows do not name are left out. What the probabilities of a place lack to 1 is that of
 * polls which are not listed. Places whose probabilities exceed 1 are in `faults`.
 */
export function listedRule(rows: Iterable<ListedChance>): {
  readonly rule: TargetRule;
  readonly faults: readonly string[];
} {
  const places = new Map<string, PollChance[]>();
  const keyOf = (id: RecommendationId, position: number): string => `${position} of answer ${id}`;
  for (const { recommendationId, position, pollId, probability } of rows) {
    const key = keyOf(recommendationId, position);
    const chances = places.get(key);
    if (chances === undefined) places.set(key, [{ pollId, probability }]);
    else chances.push({ pollId, probability });
  }
  const faults = [...places]
    .filter(([, chances]) => chances.reduce((sum, { probability }) => sum + probability, 0) > 1 + TOLERANCE)
    .map(([key]) => key);
  const rule: TargetRule = (answer, index) => {
    const chances = places.get(keyOf(answer.recommendationId, answer.places[index]?.position ?? -1));
    return chances === undefined ? null : withRest(chances);
  };
  return { rule, faults };
}
