import { drawProbabilities } from '../../../domain/exploration-draw.js';
import type { PollId } from '../../../domain/ids.js';
import type { ExplorationMethod, LoggedAnswer } from '../../../domain/logged-answer.js';

/** A probability of a poll at a place; null stands for polls that are not listed one by one. */
export interface PollChance {
  readonly pollId: PollId | null;
  readonly probability: number;
}

/**
 * What a target policy shows at a place of an answer, given the polls above it: chances that sum to 1, one poll perhaps in
 * several. Null where that can not be told; the place is then left out.
 */
export type TargetRule = (answer: LoggedAnswer, index: number) => readonly PollChance[] | null;

/**
 * What the policy that answered could have shown at a place. Where the log tells less than all of it, the rest of the
 * probability is that of polls not listed.
 */
export const loggedChances: TargetRule = (answer, index) => {
  const place = answer.places[index];
  if (place === undefined) return null;
  const { exploration } = answer;
  return exploration === null || place.explores === 0
    ? withRest([{ pollId: place.pollId, probability: place.propensity }])
    : exploringChances(answer, index, {
        explores: place.explores,
        method: exploration.method,
        weights: exploration.candidates.map((candidate) => candidate.weight),
      });
};

/**
 * The chances of a place that explores with probability `explores`: then it draws among the candidates that stand at no place
 * above, by the weights, one a candidate; else it shows the poll that stands there otherwise.
 */
export function exploringChances(
  { exploration, places }: LoggedAnswer,
  index: number,
  draw: {
    readonly explores: number;
    readonly method: ExplorationMethod;
    readonly weights: readonly number[];
  },
): PollChance[] {
  const above = new Set(places.slice(0, index).map((place) => place.pollId));
  const chances: PollChance[] = [
    { pollId: places[index]?.otherwise ?? null, probability: 1 - draw.explores },
  ];
  // A log has millions of candidates: one pass, without a list for each step.
  const polls: PollId[] = [];
  const weights: number[] = [];
  for (const [at, { pollId }] of (exploration?.candidates ?? []).entries()) {
    if (above.has(pollId)) continue;
    polls.push(pollId);
    weights.push(draw.weights[at] ?? 0);
  }
  const drawn = drawProbabilities(draw.method, weights);
  for (const [at, pollId] of polls.entries()) {
    chances.push({ pollId, probability: draw.explores * (drawn[at] ?? 0) });
  }
  return withRest(chances);
}

/** Adds what lacks to 1 as polls that are not listed; rounding is no poll. */
export function withRest(chances: readonly PollChance[]): PollChance[] {
  const rest = 1 - chances.reduce((sum, { probability }) => sum + probability, 0);
  return rest > 1e-9 ? [...chances, { pollId: null, probability: rest }] : [...chances];
}
