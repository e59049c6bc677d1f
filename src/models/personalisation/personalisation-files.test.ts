import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { BOARD_POLLS, CHOICE_POLLS, campVote, checkerboard } from '../../../tests/support/checkerboard.js';
import { askTop, openModel } from '../../../tests/support/model-runs.js';
import { tempFolders } from '../../../tests/support/temp-folder.js';
import { optionId, pollId } from '../../domain/ids.js';
import type { ModelSession } from '../evaluation/model-session.js';
import { type CandidateScores, candidateScorer } from '../evaluation/score-candidates.js';
import { VoteLogBuilder } from '../votes/vote-log.js';
import { writeRankingGraph } from './ranking-graph.js';
import { writeTopPollsGraph } from './top-polls-graph.js';
import { trainPersonalisation } from './train-personalisation.js';

const folders = tempFolders();
const board = checkerboard();
const model = trainPersonalisation(board);
const polar = board.ids.slice(0, BOARD_POLLS - CHOICE_POLLS);
const token = (camp: number, place: number): string => `p${place}:${campVote(camp, place)}`;
const camps = [0, 1] as const;

let ranking: ModelSession;
let topPolls: ModelSession;
beforeAll(async () => {
  const folder = await folders.make();
  ranking = await openModel(writeRankingGraph(model), folder);
  topPolls = await openModel(writeTopPollsGraph(model), folder);
  return async () => {
    await ranking.release();
    await topPolls.release();
  };
});

const rank = async (history: readonly string[], candidates: readonly string[]): Promise<CandidateScores> =>
  (await candidateScorer(ranking)([{ history, candidates }]))[0] as CandidateScores;

/** Any history: votes of both camps, skips, interests, and what no model knows. */
const histories = fc.array(
  fc.oneof(
    fc
      .record({ camp: fc.constantFrom(...camps), place: fc.integer({ min: 0, max: BOARD_POLLS - 1 }) })
      .map(({ camp, place }) => token(camp, place)),
    fc.integer({ min: 0, max: BOARD_POLLS - 1 }).map((place) => `p${place}:@skip`),
    fc.constantFrom(
      '@topic:north',
      '@language:de',
      '@topic:none',
      'p1:pass',
      'p1:maybe',
      'gone:agree',
      '',
      ':',
      '@',
    ),
  ),
  { maxLength: 12 },
);
describe('personalisation-ranking', () => {
  it.each(camps)('foretells what camp %i likes from a single vote', async (camp) => {
    const others = polar.slice(1);
    const { liking } = await rank([token(camp, 0)], others);
    others.forEach((_, index) => {
      const likes = campVote(camp, index + 1) === 'agree';
      if (likes) expect(liking[index]).toBeGreaterThan(0.5);
      else expect(liking[index]).toBeLessThan(0.5);
    });
  });

  it('reads options without polarity: what goes with tea differs from what goes with coffee', async () => {
    const choice = board.ids[BOARD_POLLS - 1];
    const [tea, coffee] = await Promise.all([
      rank([`${choice}:tea`], polar),
      rank([`${choice}:coffee`], polar),
    ]);
    polar.forEach((_, place) => {
      const difference = (tea.liking[place] as number) - (coffee.liking[place] as number);
      expect(Math.sign(difference)).toBe(campVote(0, place) === 'agree' ? 1 : -1);
    });
  });

  it('takes a pass for less than a vote', async () => {
    const [pass, agree] = await Promise.all([rank(['p0:pass'], ['p2']), rank(['p0:agree'], ['p2'])]);
    const [none] = [await rank([], ['p2'])];
    const effect = (scores: CandidateScores): number =>
      Math.abs((scores.liking[0] as number) - (none.liking[0] as number));
    expect(effect(pass)).toBeLessThan(effect(agree) / 2);
  });

  it('lifts the score of polls in chosen topics and languages, and lowers the others', async () => {
    const none = await rank([], ['p0', 'p6']);
    for (const interest of ['@topic:north', '@language:en']) {
      const chosen = await rank([interest], ['p0', 'p6']);
      expect(chosen.score[0]).toBeGreaterThan(none.score[0] as number);
      expect(chosen.score[1]).toBeLessThan(none.score[1] as number);
      expect(chosen.liking).toEqual(none.liking);
      expect(chosen.answer).toEqual(none.answer);
    }
  });

  it('lifts what interest adds to the score where the user votes, and less where the user skips', async () => {
    const votes = ['p0:agree', 'p1:disagree'];
    const { blend } = model.settings;
    const [none, voted, skipped] = await Promise.all(
      [[], votes, [...votes, 'p2:@skip', 'p3:@skip']].map(async (history) => {
        const { score, liking, answer } = await rank(history, ['p4']);
        const chances = blend.liking * (liking[0] as number) + blend.answer * (answer[0] as number);
        return { chances, interest: (score[0] as number) - chances };
      }),
    );
    expect(voted?.interest).toBeGreaterThan(none?.interest as number);
    expect(skipped?.interest).toBeLessThan(voted?.interest as number);
    expect(skipped?.interest).toBeGreaterThan(none?.interest as number);
    expect(skipped?.chances).toBe(voted?.chances);
  });

  it('gives unknown candidates the prior of an unknown poll, whoever asks', async () => {
    const [stranger, member] = await Promise.all([rank([], ['gone', '']), rank([token(0, 0)], ['gone', ''])]);
    expect(stranger).toEqual(member);
    expect(stranger.liking[0]).toBe(stranger.liking[1]);
    expect(stranger.liking[0]).toBeGreaterThan(0);
  });

  it('gives chances between 0 and 1 for any history', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const scores = await rank(history, board.ids);
        for (const value of [...scores.score, ...scores.answer, ...scores.liking]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('personalisation', () => {
  it('keeps to the limit of each row, and to the catalogue', async () => {
    const rows = [0, 3, 1_000, -5].map((limit) => ({ asks: [], limit }));
    const answers = await askTop(topPolls, 'history', rows);
    expect(answers.map((answer) => answer.polls.length)).toEqual([
      BOARD_POLLS,
      BOARD_POLLS,
      BOARD_POLLS,
      BOARD_POLLS,
    ]);
    expect(answers.map((answer) => answer.polls.filter((id) => id !== '').length)).toEqual([
      0,
      3,
      BOARD_POLLS,
      0,
    ]);
  });

  it('gives nothing and no error for a limit of 0, or with everything excluded', async () => {
    expect(await askTop(topPolls, 'history', [{ asks: ['p0:agree'], limit: 0 }])).toEqual([
      { polls: [], scores: [], because: [], weights: [] },
    ]);
    const [answer] = await askTop(topPolls, 'history', [{ asks: [], exclude: board.ids, limit: 2 }]);
    expect(answer).toEqual({ polls: ['', ''], scores: [0, 0], because: ['', ''], weights: [0, 0] });
  });

  it('orders polls for a user of whom nothing is known by how they are liked and then by how many vote on them', async () => {
    const ids = ['rare', 'liked', 'disliked', 'unseen'].map(pollId);
    const log = new VoteLogBuilder();
    for (let user = 0; user < 40; user += 1) {
      const side = user % 4 === 0 ? 1 : 0;
      if (user < 8) log.add(`u${user}`, 0, side);
      log.add(`u${user}`, 1, side);
      log.add(`u${user}`, 2, 1 - side);
    }
    const polls = ids.map((id) => ({
      id,
      optionIds: ['agree', 'disagree'].map(optionId),
      topics: [],
      language: null,
      question: '',
    }));
    const trained = trainPersonalisation({ polls, polarity: board.polarity, votes: log.build() });
    const session = await openModel(writeTopPollsGraph(trained), await folders.make());
    const [answer] = await askTop(session, 'history', [{ asks: [''], limit: 4 }]);
    await session.release();
    expect(answer?.polls).toEqual(['liked', 'rare', 'unseen', 'disliked']);
    expect(answer?.because).toEqual(['', '', '', '']);
  });

  it('names the vote that speaks for the poll, and none where none does', async () => {
    // p4 is liked by camp 0, whose vote on p2 speaks for it; the vote on p3 is that of camp 1.
    const history = [token(1, 3), 'gone:agree', token(0, 2)];
    const [answer] = await askTop(topPolls, 'history', [{ asks: history, limit: BOARD_POLLS }]);
    const because = new Map(answer?.polls.map((id, index) => [id, answer.because[index]]));
    expect(because.get('p4')).toBe(token(0, 2));
    expect(because.get('p5')).toBe(token(1, 3));

    const [against] = await askTop(topPolls, 'history', [{ asks: ['p6:@skip'], limit: BOARD_POLLS }]);
    expect(against?.because.every((text) => text === '')).toBe(true);
  });

  it('names a chosen topic for the polls in it only', async () => {
    const [answer] = await askTop(topPolls, 'history', [{ asks: ['', '@topic:south'], limit: BOARD_POLLS }]);
    answer?.polls.forEach((id, index) => {
      const isSouth = Math.floor(Number(id.slice(1)) / 6) % 2 === 1;
      expect(answer.because[index]).toBe(isSouth ? '@topic:south' : '');
    });
    expect(answer?.polls.slice(0, 6).every((id) => Math.floor(Number(id.slice(1)) / 6) % 2 === 1)).toBe(true);
  });
});
