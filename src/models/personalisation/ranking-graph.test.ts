import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openModel } from '../../../tests/support/model-runs.js';
import {
  RANDOM_POLLS,
  randomHistories,
  randomPersonalisation,
} from '../../../tests/support/random-personalisation.js';
import { ReferencePersonalisation } from '../../../tests/support/reference-personalisation.js';
import { tempFolders } from '../../../tests/support/temp-folder.js';
import {
  type CandidateScores,
  candidateScorer,
  type ScoreCandidates,
} from '../evaluation/score-candidates.js';
import type { PersonalisationModel } from './personalisation-model.js';
import { writeRankingGraph } from './ranking-graph.js';

const folders = tempFolders();

async function withScorer(
  model: PersonalisationModel,
  use: (score: ScoreCandidates) => Promise<void>,
): Promise<void> {
  const session = await openModel(writeRankingGraph(model), await folders.make());
  try {
    await use(candidateScorer(session));
  } finally {
    await session.release();
  }
}

const FIELDS = ['score', 'answer', 'liking'] as const;

function expectReference(
  scores: CandidateScores | undefined,
  { model, history }: { readonly model: PersonalisationModel; readonly history: readonly string[] },
): void {
  const wanted = new ReferencePersonalisation(model).scores(history);
  for (const field of FIELDS) {
    wanted.forEach((own, poll) => {
      expect(Math.abs((scores?.[field][poll] as number) - own[field])).toBeLessThan(1e-4);
    });
  }
}

describe('the file personalisation-ranking', () => {
  it.each([0, 1, 2, 12])('gives what the formulas say, with %i factors', async (factorCount) => {
    const model = randomPersonalisation({ factorCount });
    const candidates = [...model.polls, 'gone'];
    await withScorer(model, async (score) => {
      await fc.assert(
        fc.asyncProperty(randomHistories, async (history) => {
          const [scores] = await score([{ history, candidates }]);
          expectReference(scores, { model, history });
        }),
        { numRuns: 30 },
      );
    });
  });

  it('weighs votes by how new they are, the last of the history being the newest', async () => {
    const model = randomPersonalisation({ factorCount: 2, recencyPower: 0.7 });
    const candidates = [...model.polls, 'gone'];
    await withScorer(model, async (score) => {
      await fc.assert(
        fc.asyncProperty(fc.array(randomHistories, { minLength: 1, maxLength: 4 }), async (histories) => {
          const scores = await score(histories.map((history) => ({ history, candidates })));
          histories.forEach((history, row) => {
            expectReference(scores[row], { model, history });
          });
        }),
        { numRuns: 30 },
      );
    });
  });

  it('keeps its precision over a history of a thousand votes', async () => {
    const model = randomPersonalisation({ factorCount: 12 });
    const options = ['agree', 'disagree', 'pass'];
    const history = Array.from({ length: 1_000 }, (_, at) => `p${at % RANDOM_POLLS}:${options[at % 3]}`);
    await withScorer(model, async (score) => {
      const [scores] = await score([{ history, candidates: [...model.polls, 'gone'] }]);
      expectReference(scores, { model, history });
    });
  });

  it('gives the same in a batch, and whatever the order of the history and what nobody knows in it', async () => {
    const model = randomPersonalisation({ factorCount: 5 });
    await withScorer(model, async (score) => {
      const rows = fc.array(randomHistories, { minLength: 1, maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(rows, async (histories) => {
          const together = await score(
            histories.map((history, row) => ({ history, candidates: model.polls.slice(row) })),
          );
          for (const [row, history] of histories.entries()) {
            const turned = ['', ...history.toReversed(), 'gone:agree', ''];
            const [alone] = await score([{ history: turned, candidates: model.polls.slice(row) }]);
            for (const field of FIELDS) {
              alone?.[field].forEach((value, place) => {
                expect(together[row]?.[field][place]).toBeCloseTo(value, 5);
              });
            }
          }
        }),
        { numRuns: 20 },
      );
    });
  });

  it('gives polls of other names the same scores', async () => {
    const rename = (place: number): string => `poll:${(place * 7) % RANDOM_POLLS}`;
    const model = randomPersonalisation({ factorCount: 3 });
    const renamed = randomPersonalisation({ factorCount: 3, rename });
    const votes = [3, 4, 8, 17];
    await withScorer(model, async (score) => {
      await withScorer(renamed, async (scoreRenamed) => {
        const history = votes.map((place) => `p${place}:agree`);
        const [scores] = await score([{ history, candidates: model.polls }]);
        const renamedHistory = votes.map((place) => `${rename(place)}:agree`);
        const [others] = await scoreRenamed([{ history: renamedHistory, candidates: renamed.polls }]);
        expect(others).toEqual(scores);
      });
    });
  });

  it('gives the same in batches too large to look all tokens up at once', async () => {
    const model = randomPersonalisation({ factorCount: 12 });
    const session = await openModel(writeRankingGraph(model), await folders.make());
    const history = ['p3:agree', 'p4:pass', 'p3:agree', 'p20:disagree', '@topic:none'];
    const [rows, width] = [30, 1_000];
    const text = (name: string, row: readonly string[]) => ({
      name,
      datatype: 'BYTES' as const,
      shape: [rows, row.length],
      data: Array.from({ length: rows }, () => row).flat(),
    });
    const padded = [...history, ...new Array<string>(width - history.length).fill('')];
    const outputs = await session.run([text('history', padded), text('candidates', model.polls)], ['score']);
    await session.release();
    const scores = outputs[0]?.data as Float32Array;
    const wanted = new ReferencePersonalisation(model).scores(history);
    scores.forEach((score, at) => {
      expect(Math.abs(score - (wanted[at % RANDOM_POLLS]?.score as number))).toBeLessThan(1e-4);
    });
  });
});
