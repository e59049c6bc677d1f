import { describe, expect, it } from 'vitest';
import { vectoriseTexts } from '../text/character-grams.js';
import { regressionsOf } from './block-regressions.js';
import type { PollSigns } from './poll-signs.js';
import { layOutQuestions } from './question-columns.js';

const sides: PollSigns = { polar: true, values: [1, -1, 0], answered: [true, true, false] };
const choices: PollSigns = { polar: false, values: [0, 0], answered: [true, true] };
const vectors = vectoriseTexts(['cats in parks', 'cats in offices', 'cats in schools']);
const ridge = (): number => 0.5;

const regress = (signs: readonly PollSigns[]) =>
  regressionsOf(
    { polls: Int32Array.of(0, 1, 2), learnt: Int32Array.of(0, 1) },
    { columns: layOutQuestions(signs, { neutralWeight: 0.75 }), vectors, ridge },
  );

describe('regressionsOf', () => {
  it('learns from the polls that have the question, not from others as if theirs were zero', () => {
    const [liking] = regress([sides, choices, sides]);
    expect([...(liking?.learnt ?? [])]).toEqual([0]);
    expect([...(liking?.polls ?? [])]).toEqual([0, 2]);
    const [whole] = regress([sides, sides, sides]);
    const foretold = liking?.regression.predict([1], 1)[1] as number;
    const drawnDown = whole?.regression.predict([1, 0], 1)[2] as number;
    expect(foretold).toBeGreaterThan(drawnDown);
  });

  it('serves both questions by one regression where all polls have both', () => {
    const [liking, answer] = regress([sides, sides, sides]);
    expect(liking?.regression).toBe(answer?.regression);
    const [one, other] = regress([sides, choices, sides]);
    expect(one?.regression).not.toBe(other?.regression);
  });
});
