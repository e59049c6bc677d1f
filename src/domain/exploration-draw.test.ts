import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawProbabilities, type ExplorationFacts, explorationWeights } from './exploration-draw.js';

const facts = fc.record({
  votes: fc.integer({ min: 0, max: 29 }),
  likingShare: fc.double({ min: 0, max: 1, noNaN: true }),
});

/** A Gamma variate of a whole or half shape, as sums of exponentials and half a squared normal. */
function gamma(shape: number, random: () => number): number {
  const halves = Math.round(2 * shape);
  let sum = 0;
  for (let n = 1; n < halves; n += 2) sum -= Math.log(1 - random());
  if (halves % 2 === 0) return sum;
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return sum + (normal * normal) / 2;
}

function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What an exploring place that draws by Thompson sampling takes each candidate with. */
const thompson = (candidates: readonly ExplorationFacts[]): Float64Array =>
  drawProbabilities('thompson', explorationWeights('thompson', candidates));

describe('draws by Thompson sampling', () => {
  it('have probabilities that sum to 1, none below its part of a tenth', () => {
    fc.assert(
      fc.property(fc.array(facts, { minLength: 1, maxLength: 100 }), (candidates) => {
        const weights = thompson(candidates);
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
        for (const weight of weights) expect(weight).toBeGreaterThanOrEqual(0.1 / candidates.length - 1e-12);
      }),
    );
  });

  it('take each as often as a draw from its posterior comes out best', () => {
    const candidates = [
      { votes: 0, likingShare: 0.5 },
      { votes: 0, likingShare: 0.7 },
      { votes: 15, likingShare: 0.7 },
      { votes: 25, likingShare: 0.4 },
    ];
    const random = mulberry(7);
    const rounds = 20_000;
    const wins = candidates.map(() => 0);
    for (let round = 0; round < rounds; round++) {
      const draws = candidates.map(({ votes, likingShare }) => {
        const a = gamma(likingShare * (votes + 5), random);
        return a / (a + gamma((1 - likingShare) * (votes + 5), random));
      });
      const winner = draws.indexOf(Math.max(...draws));
      wins[winner] = (wins[winner] ?? 0) + 1;
    }
    const weights = thompson(candidates);
    wins.forEach((count, at) => {
      const expected = (0.9 * count) / rounds + 0.1 / candidates.length;
      expect(weights[at]).toBeCloseTo(expected, 1.7);
    });
  });

  it('take polls alike with the same probability, and the one that is liked more with a larger one', () => {
    const [one = 0, other = 0, better = 0] = thompson([
      { votes: 3, likingShare: 0.5 },
      { votes: 3, likingShare: 0.5 },
      { votes: 3, likingShare: 0.8 },
    ]);
    expect(one).toBeCloseTo(other, 12);
    expect(better).toBeGreaterThan(2 * one);
  });

  it('prefer the poll less is known of where both are liked the same', () => {
    const [few = 0, many = 0, known = 0] = thompson([
      { votes: 1, likingShare: 0.6 },
      { votes: 25, likingShare: 0.6 },
      { votes: 25, likingShare: 0.8 },
    ]);
    expect(few).toBeGreaterThan(many);
    expect(known).toBeGreaterThan(many);
  });
});
