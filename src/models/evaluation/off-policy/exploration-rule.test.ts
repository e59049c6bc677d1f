import { describe, expect, it } from 'vitest';
import { chanceOfVote, exploringAnswers } from '../../../../tests/support/exploring-answers.js';
import { loggedAnswer } from '../../../../tests/support/logged-answers.js';
import { pollId } from '../../../domain/ids.js';
import type { ExplorationMethod, LoggedAnswer } from '../../../domain/logged-answer.js';
import { creditVotes } from './credit-votes.js';
import { evaluatePolicy, type PolicyEvaluation } from './evaluate-policy.js';
import { type ExplorationChange, explorationRule } from './exploration-rule.js';
import { placeColumns } from './place-columns.js';
import { loggedChances } from './target-rule.js';

function evaluate(
  { answers, votes }: Omit<ReturnType<typeof exploringAnswers>, 'truth'>,
  change: Partial<ExplorationChange>,
): PolicyEvaluation {
  const credits = creditVotes({ answers, votes, impressions: [], windowMs: 0 });
  const target = explorationRule({ share: null, method: null, ...change });
  const columns = placeColumns({ answers, credits, target, rewardOf: () => 1 });
  expect(columns.leftOut).toBe(0);
  return evaluatePolicy(columns.log, columns.target);
}

/** What the target is worth where the polls above each place are those of the log: the value that is estimated. */
function trueValue({ answers }: { answers: readonly LoggedAnswer[] }, change: ExplorationChange): number {
  const rule = explorationRule(change);
  const values = answers.flatMap((answer) =>
    answer.places.map(({ position }, index) =>
      (rule(answer, index) ?? []).reduce(
        (sum, { pollId: poll, probability }) => sum + probability * chanceOfVote(poll, position),
        0,
      ),
    ),
  );
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('another exploration', () => {
  const logged = exploringAnswers({ seed: 11, answers: 3_000, share: 0.2, method: 'uniform' });
  const targets: [string, { share: number; method: ExplorationMethod }][] = [
    ['a larger share', { share: 0.5, method: 'uniform' }],
    ['a smaller share', { share: 0.05, method: 'uniform' }],
    ['no exploration', { share: 0, method: 'uniform' }],
    ['drawing by weight', { share: 0.2, method: 'weighted' }],
    ['the largest upper bound', { share: 0.2, method: 'ucb' }],
    ['both changed', { share: 0.4, method: 'thompson' }],
  ];

  it.each(targets)('of %s is valued rightly, given the polls above', (_, target) => {
    const truth = trueValue(logged, target);
    const found = evaluate(logged, target);
    for (const name of ['ips', 'snips', 'dr'] as const) {
      const { mean = 0, standardError } = found.estimates[name]?.value ?? {};
      expect(Math.abs(mean - truth), name).toBeLessThan(3 * (standardError ?? 0));
    }
    expect(found.support.unsupportedShare).toBe(0);
    const { mean = 0, standardError } = found.support.meanWeight ?? {};
    expect(Math.abs(mean - 1)).toBeLessThan(3 * (standardError ?? 0));
  });

  it.each(targets)('of %s is worth about what it earns when it is followed', (_, target) => {
    // Not exactly: where it is followed, the polls above a place are its own, so that the best new polls are used up earlier.
    const { truth } = exploringAnswers({ seed: 12, answers: 3_000, ...target });
    expect(Math.abs(trueValue(logged, target) - truth) / truth).toBeLessThan(0.06);
  });

  it('that is none changes no place', () => {
    const same = evaluate(logged, {});
    expect(same.estimates.snips?.value.mean).toBeCloseTo(same.logged?.mean ?? 0, 12);
    expect(same.support).toMatchObject({ changedPlaces: 0, unsupportedShare: 0 });
    expect(same.support.effectiveSampleSize).toBeCloseTo(same.places, 6);
  });

  it('leaves places alone that could not explore', () => {
    const rule = explorationRule({ share: 1, method: 'uniform' });
    expect(rule(loggedAnswer('r'), 0)).toEqual([{ pollId: 'p1', probability: 1 }]);
    expect(rule(loggedAnswer('r', { exploration: null }), 0)).toEqual([{ pollId: 'p1', probability: 1 }]);
  });

  it('draws from the polls that stand at no place above, never with a share above 1', () => {
    const one = loggedAnswer('r');
    const [first, second] = one.places;
    if (first === undefined || second === undefined) expect.fail('two places');
    const answer = { ...one, places: [{ ...first, pollId: pollId('n2') }, second] };
    const chances = explorationRule({ share: 1, method: 'uniform' })(answer, 1) ?? [];
    expect(chances.map(({ pollId }) => pollId)).toEqual(['p2', 'n1', 'n3']);
    expect(chances.map(({ probability }) => probability)).toEqual([0, 0.5, 0.5]);
  });
});

describe('what the log tells of the policy that answered', () => {
  it('gives each poll shown the propensity that was logged', () => {
    const { answers } = exploringAnswers({ seed: 5, answers: 300, share: 0.3, method: 'ucb' });
    for (const answer of answers) {
      answer.places.forEach((place, index) => {
        const chances = loggedChances(answer, index) ?? [];
        const own = chances.filter((chance) => chance.pollId === place.pollId);
        expect(own.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(place.propensity, 12);
        expect(chances.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
      });
    }
  });
});
