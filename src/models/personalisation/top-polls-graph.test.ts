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
import type { PersonalisationModel } from './personalisation-model.js';
import { writeTopPollsGraph } from './top-polls-graph.js';

const folders = tempFolders();

type Ask = (rows: readonly TopRow[]) => Promise<TopAnswer[]>;

async function withModel(model: PersonalisationModel, use: (ask: Ask) => Promise<void>): Promise<void> {
  const session = await openModel(writeTopPollsGraph(model), await folders.make());
  try {
    await use((rows) => askTop(session, 'history', rows));
  } finally {
    await session.release();
  }
}

const placesOf = (answer: TopAnswer | undefined): number[] =>
  (answer?.polls ?? []).map((id) => Number(id.slice(1)));

/** That each poll has the token without which it would lose most, and what it would lose. */
function expectReasons(
  answer: TopAnswer | undefined,
  { model, history }: { readonly model: PersonalisationModel; readonly history: readonly string[] },
): void {
  const reference = new ReferencePersonalisation(model);
  const losses = history.map((_, place) => reference.losses(history, place));
  placesOf(answer).forEach((poll, index) => {
    const most = Math.max(0, ...losses.map((loss) => loss[poll] as number));
    const because = answer?.because[index] as string;
    expect(Math.abs((answer?.weights[index] as number) - most)).toBeLessThan(1e-4);
    if (because === '') expect(answer?.weights[index]).toBe(0);
    else {
      const named = losses.filter((_, place) => history[place] === because);
      expect(Math.max(...named.map((loss) => loss[poll] as number))).toBeCloseTo(most, 4);
    }
  });
}

describe('the file personalisation', () => {
  it('gives what sorting the scores of all polls gives, without the excluded', async () => {
    const model = randomPersonalisation({ factorCount: 5 });
    const reference = new ReferencePersonalisation(model);
    const exclusions = fc.array(fc.constantFrom<string>(...model.polls, '', 'gone'), { maxLength: 40 });
    const limits = fc.integer({ min: 1, max: 2 * RANDOM_POLLS });
    await withModel(model, async (ask) => {
      await fc.assert(
        fc.asyncProperty(randomHistories, exclusions, limits, async (asks, exclude, limit) => {
          const [answer] = await ask([{ asks, exclude, limit }]);
          const scores = reference.scores(asks).map(({ score }) => score);
          const wanted = model.polls
            .map((id, poll) => ({ id, score: scores[poll] as number }))
            .filter(({ id }) => !exclude.includes(id))
            .sort((a, b) => b.score - a.score)
            .slice(0, limit);
          const given = answer?.polls.filter((id) => id !== '') ?? [];
          expect(answer?.polls).toHaveLength(Math.min(limit, RANDOM_POLLS));
          expect(new Set(given).size).toBe(wanted.length);
          expect(given).toHaveLength(wanted.length);
          given.forEach((id, place) => {
            expect(exclude).not.toContain(id);
            expect(answer?.scores[place]).toBeCloseTo(wanted[place]?.score as number, 4);
            expect(scores[Number(id.slice(1))]).toBeCloseTo(wanted[place]?.score as number, 4);
          });
        }),
        { numRuns: 40 },
      );
    });
  });

  it.each([0, 1, 5, 12])(
    'names the token without which the score is lowest, with %i factors',
    async (factorCount) => {
      const model = randomPersonalisation({ factorCount });
      await withModel(model, async (ask) => {
        await fc.assert(
          fc.asyncProperty(randomHistories, async (history) => {
            const [answer] = await ask([{ asks: history, limit: RANDOM_POLLS }]);
            expectReasons(answer, { model, history });
          }),
          { numRuns: 20 },
        );
      });
    },
  );

  it('gives the newest vote the largest part where votes count by how new they are', async () => {
    const model = randomPersonalisation({ factorCount: 2, recencyPower: 1.5 });
    await withModel(model, async (ask) => {
      await fc.assert(
        fc.asyncProperty(randomHistories, async (history) => {
          const [answer] = await ask([{ asks: history, limit: RANDOM_POLLS }]);
          expectReasons(answer, { model, history });
        }),
        { numRuns: 20 },
      );
    });
  });

  it('looks at each of two equal tokens alone', async () => {
    const model = randomPersonalisation({ factorCount: 5 });
    await withModel(model, async (ask) => {
      const [once, twice] = [['p3:agree'], ['p3:agree', 'p3:agree']];
      const answers = await ask([once, twice].map((asks) => ({ asks, limit: RANDOM_POLLS })));
      expectReasons(answers[0], { model, history: once });
      expectReasons(answers[1], { model, history: twice });
    });
  });

  it('gives the same reasons in batches too large to look at all rows at once', async () => {
    const model = randomPersonalisation({ factorCount: 12 });
    const history = ['p3:agree', 'p8:@skip', 'p12:disagree', 'p1:pass', 'p6:agree', 'p23:agree'];
    const padded = [...history, ...new Array<string>(1_000 - history.length).fill('')];
    // So many tokens that not even their evidence, and so many that only their differences from all polls, are too many.
    const batches = [
      { rows: 30, limit: RANDOM_POLLS },
      { rows: 26, limit: RANDOM_POLLS },
    ];
    await withModel(model, async (ask) => {
      for (const { rows, limit } of batches) {
        const answers = await ask(
          Array.from({ length: rows }, (_, row) => ({ asks: row % 2 === 0 ? padded : [''], limit })),
        );
        expectReasons(answers[0], { model, history });
        expect(new Set(answers[0]?.because).size).toBeGreaterThan(2);
        answers.forEach((answer, row) => {
          expect(answer.because).toEqual(
            row % 2 === 0 ? answers[0]?.because : new Array(RANDOM_POLLS).fill(''),
          );
        });
      }
    });
  });

  it('has no reason for a stranger, and none where the row has no more polls', async () => {
    const model = randomPersonalisation({ factorCount: 5 });
    await withModel(model, async (ask) => {
      const [stranger] = await ask([{ asks: ['', 'gone:agree', ':'], limit: RANDOM_POLLS }]);
      expect(stranger?.because.every((text) => text === '')).toBe(true);
      const [rest] = await ask([{ asks: ['p3:agree'], exclude: model.polls.slice(2), limit: 4 }]);
      expect(rest?.polls.slice(2)).toEqual(['', '']);
      expect(rest?.scores.slice(2)).toEqual([0, 0]);
      expect(rest?.because.slice(2)).toEqual(['', '']);
      expect(rest?.weights.slice(2)).toEqual([0, 0]);
    });
  });
});
