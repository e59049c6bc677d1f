import { describe, expect, it } from 'vitest';
import { checkerboard } from '../../../tests/support/checkerboard.js';
import { openModel } from '../../../tests/support/model-runs.js';
import { tempFolders } from '../../../tests/support/temp-folder.js';
import { optionId } from '../../domain/ids.js';
import { candidateScorer } from '../evaluation/score-candidates.js';
import type { PersonalisationModel } from './personalisation-model.js';
import { writeRankingGraph } from './ranking-graph.js';
import { DEFAULT_SETTINGS } from './settings.js';
import { writeTopPollsGraph } from './top-polls-graph.js';
import { trainPersonalisation } from './train-personalisation.js';

const folders = tempFolders();
const board = checkerboard();

async function likings(
  model: PersonalisationModel,
  history: string[],
  candidates: string[],
): Promise<number[]> {
  const session = await openModel(writeRankingGraph(model), await folders.make());
  const [scores] = await candidateScorer(session)([{ history, candidates }]);
  await session.release();
  return [...(scores?.liking ?? [])];
}

describe('trainPersonalisation', () => {
  it('gives the same bytes for the same input', () => {
    const write = (): Uint8Array[] => {
      const model = trainPersonalisation(checkerboard());
      return [writeTopPollsGraph(model), writeRankingGraph(model)];
    };
    const [first, second] = [write(), write()];
    first.forEach((bytes, file) => {
      expect(Buffer.compare(bytes, second[file] as Uint8Array)).toBe(0);
    });
  });

  it('gives renamed polls the same numbers', () => {
    const model = trainPersonalisation(board);
    const renamed = trainPersonalisation(checkerboard({ rename: (place) => `poll:${(place * 7) % 24}` }));
    expect(renamed.weights).toEqual(model.weights);
    expect(renamed.priors).toEqual(model.priors);
    expect(renamed.tokens.values).toEqual(model.tokens.values);
    const place = new Map(board.ids.map((id, index) => [id, index]));
    expect(renamed.polls).toEqual(model.polls.map((id) => `poll:${((place.get(id) ?? 0) * 7) % 24}`));
  });

  it('keeps to the budget of columns, and gives polls beyond it their prior', async () => {
    const model = trainPersonalisation(board, { settings: { ...DEFAULT_SETTINGS, maxColumns: 5 } });
    expect(model.weights.rowCount).toBe(5);
    expect(model.polls).toHaveLength(board.ids.length);
    const [near, far] = await likings(model, ['p0:agree'], ['p1', 'p15']);
    const [, farAlone] = await likings(model, [], ['p1', 'p15']);
    expect(near).toBeLessThan(0.5);
    expect(far).toBe(farAlone);
  });

  it('makes a usable model of polls without votes', async () => {
    const model = trainPersonalisation(checkerboard({ withoutVotes: true }));
    const [first, second] = await likings(model, ['p0:agree', 'p23:tea'], ['p1', 'p2']);
    expect(first).toBe(second);
    expect(first).toBeGreaterThan(0);
  });

  it('makes a usable model where no option takes a side', async () => {
    const model = trainPersonalisation({ ...board, polarity: new Map() });
    const [first, second] = await likings(model, ['p0:agree'], ['p1', 'p2']);
    expect(first).toBe(second);
  });

  it('refuses an empty catalogue', () => {
    expect(() => trainPersonalisation({ ...board, polls: [] })).toThrow(
      expect.objectContaining({ code: 'INVALID_DATA' }),
    );
  });

  it('refuses numbers that are not finite', () => {
    const polarity = new Map([[optionId('agree'), Number.NaN]]);
    expect(() => trainPersonalisation({ ...board, polarity })).toThrow(
      expect.objectContaining({ code: 'INVALID_MODEL' }),
    );
  });
});
