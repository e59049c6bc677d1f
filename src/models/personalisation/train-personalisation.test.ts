import { describe, expect, it } from 'vitest';
import { checkerboard } from '../../../tests/support/checkerboard.js';
import { askTop, openModel } from '../../../tests/support/model-runs.js';
import { tempFolders } from '../../../tests/support/temp-folder.js';
import { optionId, pollId } from '../../domain/ids.js';
import { candidateScorer } from '../evaluation/score-candidates.js';
import { VoteLogBuilder } from '../votes/vote-log.js';
import type { PersonalisationModel } from './personalisation-model.js';
import { writeRankingGraph } from './ranking-graph.js';
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
    expect(renamed.evidence).toEqual(model.evidence);
    expect(renamed.liking).toEqual(model.liking);
    expect(renamed.answer).toEqual(model.answer);
    expect(renamed.priors).toEqual(model.priors);
    expect(renamed.covotes).toEqual(model.covotes);
    const place = new Map(board.ids.map((id, index) => [id, index]));
    expect(renamed.polls).toEqual(model.polls.map((id) => `poll:${((place.get(id) ?? 0) * 7) % 24}`));
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

  it('orders polls of one option each by what is voted on together', async () => {
    const polls = Array.from({ length: 40 }, (_, place) => ({
      id: pollId(`s${place}`),
      optionIds: [optionId('like')],
      topics: [],
      language: null,
      question: '',
    }));
    const log = new VoteLogBuilder();
    // Circles of users vote on the tens of the catalogue: all of them on the first one, half of them on any other.
    for (let user = 0; user < 200; user += 1) {
      for (let place = 0; place < 40; place += 1) {
        const isOwn = Math.floor(place / 10) === user % 4;
        if (isOwn && (place % 10 === 0 || (user + place * 7) % 20 < 10))
          log.add(`u${user}`, place, 0, user * 40);
      }
    }
    const model = trainPersonalisation({ polls, polarity: board.polarity, votes: log.build() });
    expect(model.blend.liking).toBe(0);
    expect(model.blend.answer).toBe(0);
    expect(Object.values(model.blend).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 10);
    const session = await openModel(writeTopPollsGraph(model), await folders.make());
    const history = ['s23:like', 's20:like', 's27:like'];
    const exclude = history.map((text) => text.slice(0, 3));
    const [answer] = await askTop(session, 'history', [{ asks: history, exclude, limit: 7 }]);
    await session.release();
    expect(answer?.polls.every((id) => id.startsWith('s2') && id.length === 3)).toBe(true);
    expect(answer?.because.every((text) => history.includes(text))).toBe(true);
  });

  it('lets new votes count more only where votes carry their times', () => {
    const { voteCount } = board.votes;
    const timed = (times: Float64Array): number =>
      trainPersonalisation({ ...board, votes: { ...board.votes, times } }).covotes.recencyPower;
    expect(timed(Float64Array.from({ length: voteCount }, (_, at) => at))).toBe(0.7);
    expect(timed(new Float64Array(voteCount).fill(1_000))).toBe(0);
    expect(timed(new Float64Array(voteCount).fill(Number.NaN))).toBe(0);
  });

  it('refuses an empty catalogue', () => {
    expect(() => trainPersonalisation({ ...board, polls: [] })).toThrow(
      expect.objectContaining({ code: 'INVALID_DATA' }),
    );
  });

  it('refuses numbers that are not finite', () => {
    const polarity = new Map([
      [optionId('agree'), Number.NaN],
      [optionId('disagree'), -1],
    ]);
    expect(() => trainPersonalisation({ ...board, polarity })).toThrow(
      expect.objectContaining({ code: 'INVALID_MODEL' }),
    );
  });
});
