import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askTop, openModel, type TopAnswer, type TopRow } from '../../../tests/support/model-runs.js';
import {
  RANDOM_POLLS,
  randomHistories,
  randomPersonalisation,
} from '../../../tests/support/random-personalisation.js';
import { ReferencePersonalisation } from '../../../tests/support/reference-personalisation.js';
import { tempFolders } from '../../../tests/support/temp-folder.js';
import { writeOnboardingGraph } from './onboarding-graph.js';
import type { PersonalisationModel } from './personalisation-model.js';

const folders = tempFolders();

async function askModel(model: PersonalisationModel, rows: readonly TopRow[]): Promise<TopAnswer[]> {
  const session = await openModel(writeOnboardingGraph(model), await folders.make());
  try {
    return await askTop(session, 'history', rows);
  } finally {
    await session.release();
  }
}

const scoresOf = ({ polls, scores }: TopAnswer): Map<string, number> =>
  new Map(polls.map((id, place) => [id, scores[place] as number]));

describe('the file personalisation-onboarding', () => {
  it.each([0, 1, 12])(
    'orders polls by the information in their votes, with %i factors',
    async (factorCount) => {
      const model = randomPersonalisation({ factorCount });
      const reference = new ReferencePersonalisation(model);
      await fc.assert(
        fc.asyncProperty(fc.array(randomHistories, { minLength: 1, maxLength: 5 }), async (histories) => {
          const answers = await askModel(
            model,
            histories.map((asks) => ({ asks, exclude: ['p2', 'p2', 'gone'], limit: RANDOM_POLLS })),
          );
          histories.forEach((history, row) => {
            const { polls, scores } = answers[row] as TopAnswer;
            const wanted = reference.scores(history);
            expect(polls.slice(0, -1)).not.toContain('p2');
            expect(polls.at(-1)).toBe('');
            polls.slice(0, -1).forEach((id, place) => {
              const own = wanted[Number(id.slice(1))]?.onboarding as number;
              expect(Math.abs((scores[place] as number) - own)).toBeLessThan(1e-4);
              expect(scores[place]).toBeGreaterThanOrEqual(0);
              if (place > 0) expect(scores[place]).toBeLessThanOrEqual(scores[place - 1] as number);
            });
          });
        }),
        { numRuns: 10 },
      );
    },
  );

  it('lets a poll sink once the user has voted on one like it', async () => {
    const random = randomPersonalisation({ factorCount: 2 });
    // Even polls depend on the first factor alone, odd ones on the second, all else being equal.
    const table = (mean: number) => {
      const size = RANDOM_POLLS + 1;
      const loadings = new Float32Array(size * 2);
      for (let poll = 0; poll < RANDOM_POLLS; poll += 1) loadings[poll * 2 + (poll % 2)] = 0.8;
      return { means: new Float32Array(size).fill(mean), loadings, noises: new Float32Array(size).fill(0.5) };
    };
    const { rowCount } = random.evidence;
    const precisions = new Float32Array(rowCount * 3);
    random.tokens.rows.forEach((row, token) => {
      const isEven = Math.floor(token / 4) % 2 === 0;
      if (row > 0) precisions.set(isEven ? [1.3, 0, 0] : [0, 0, 1.3], row * 3);
    });
    const model: PersonalisationModel = {
      ...random,
      liking: table(0),
      answer: table(0.6),
      evidence: { rowCount, precisions, evidence: new Float32Array(rowCount * 2) },
    };
    const [none, voted] = await askModel(model, [
      { asks: [], limit: RANDOM_POLLS },
      { asks: ['p0:agree'], limit: RANDOM_POLLS },
    ]);
    const [before, after] = [none, voted].map((answer) => scoresOf(answer as TopAnswer));
    expect(before?.get('p2')).toBeCloseTo(before?.get('p3') as number, 5);
    expect(after?.get('p2')).toBeLessThan((before?.get('p2') as number) / 1.5);
    expect(after?.get('p3')).toBeCloseTo(before?.get('p3') as number, 5);
    expect(voted?.polls.slice(0, RANDOM_POLLS / 2).every((id) => Number(id.slice(1)) % 2 === 1)).toBe(true);
  });

  it('gives polls whose votes tell nothing last, with a score of 0', async () => {
    const model = randomPersonalisation({ factorCount: 4 });
    const [answer] = await askModel(model, [{ asks: ['p1:agree'], limit: RANDOM_POLLS }]);
    expect([answer?.polls.at(-1), answer?.scores.at(-1)]).toEqual([`p${RANDOM_POLLS - 1}`, 0]);
    expect(answer?.scores.at(-2)).toBeGreaterThan(0);
  });
});
