import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { evaluatePolicy } from '../../../src/models/evaluation/off-policy/evaluate-policy.js';
import { ESTIMATORS } from '../../../src/models/evaluation/off-policy/policy-value.js';
import { foretellRewards } from '../../../src/models/evaluation/off-policy/reward-model.js';
import { describeWithPythonPackages } from '../../support/python-packages.js';
import { type SyntheticPlaces, syntheticPlaces } from '../../support/synthetic-places.js';

const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const TOLERANCE = 1e-6;

const answer = z.object({
  version: z.string(),
  values: z.record(z.enum(ESTIMATORS), z.number()),
});

/** The same log for the package, with what our reward model foretells of every poll at every place. */
function asJson({ log, target }: SyntheticPlaces): string {
  const polls = Array.from({ length: log.pollCount }, (_, poll) => poll);
  const foretold = polls.map(
    (poll) => foretellRewards(log, { ...target, chancesAt: () => [{ poll, probability: 1 }] }).target,
  );
  const places = [...log.reward.keys()];
  return JSON.stringify({
    reward: [...log.reward],
    propensity: [...log.propensity],
    poll: [...log.poll],
    position: [...log.position],
    target: places.map((place) => target.chancesAt(place).map(({ probability }) => probability)),
    foretold: places.map((place) => foretold.map((values) => values[place])),
  });
}

describeWithPythonPackages('Open Bandit Pipeline on the same log', beside('requirements.txt'), (packages) => {
  describe.each([
    ['few places', { seed: 1, users: 40 }],
    ['many users', { seed: 2, users: 1_000 }],
    ['many polls', { seed: 3, users: 400, polls: 25, positions: 3 }],
  ])('%s', (_, options) => {
    const places = syntheticPlaces(options);
    const ours = evaluatePolicy(places.log, places.target).estimates;
    let theirs: z.infer<typeof answer>;
    beforeAll(async () => {
      theirs = answer.parse(JSON.parse(await packages.run(beside('estimate.py'), asJson(places))));
    });

    it.each(ESTIMATORS)('gives the same value by %s', (name) => {
      expect(theirs.version).toBe('0.4.1');
      expect(Math.abs((ours[name]?.value.mean ?? Number.NaN) - theirs.values[name])).toBeLessThan(TOLERANCE);
      // Not alike because one says the same as another.
      expect(new Set(Object.values(theirs.values)).size).toBe(ESTIMATORS.length);
      expect(Math.abs(theirs.values[name] - places.truth)).toBeLessThan(
        3 * (ours[name]?.value.standardError ?? 0),
      );
    });
  });
});
