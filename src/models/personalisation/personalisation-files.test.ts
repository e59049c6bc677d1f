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
const byId = (ids: readonly string[], values: Float32Array): Map<string, number> =>
  new Map(ids.map((id, place) => [id, values[place] as number]));

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
const exclusions = fc.array(fc.oneof(fc.constantFrom<string>(...board.ids), fc.constantFrom('', 'gone')), {
  maxLength: 30,
});

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

  it('lifts the answer of polls in chosen topics and languages, and lowers the others', async () => {
    const none = await rank([], ['p0', 'p6']);
    for (const interest of ['@topic:north', '@language:en']) {
      const chosen = await rank([interest], ['p0', 'p6']);
      expect(chosen.answer[0]).toBeGreaterThan(none.answer[0] as number);
      expect(chosen.answer[1]).toBeLessThan(none.answer[1] as number);
      expect(chosen.liking).toEqual(none.liking);
    }
  });

  it('lifts the answer where the user votes, and less where the user skips', async () => {
    const votes = ['p0:agree', 'p1:disagree'];
    const [none, voted, skipped] = await Promise.all(
      [[], votes, [...votes, 'p2:@skip', 'p3:@skip']].map((history) => rank(history, ['p4', 'p6'])),
    );
    expect(voted?.answer[0]).toBeGreaterThan(none?.answer[0] as number);
    expect(skipped?.answer[0]).toBeLessThan(voted?.answer[0] as number);
    expect(skipped?.answer[0]).toBeGreaterThan(none?.answer[0] as number);
  });

  it('gives unknown candidates the prior of an unknown poll, whoever asks', async () => {
    const [stranger, member] = await Promise.all([rank([], ['gone', '']), rank([token(0, 0)], ['gone', ''])]);
    expect(stranger).toEqual(member);
    expect(stranger.liking[0]).toBe(stranger.liking[1]);
    expect(stranger.liking[0]).toBeGreaterThan(0);
  });

  it('gives chances between 0 and 1, and the same whatever the order of the history or the padding', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const scores = await rank(history, board.ids);
        for (const value of [...scores.score, ...scores.answer, ...scores.liking]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
        const turned = await rank(['', ...history.toReversed(), '', 'gone:agree'], board.ids);
        scores.score.forEach((value, place) => {
          expect(turned.score[place]).toBeCloseTo(value, 5);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('answers a batch as it answers each row', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(histories, { minLength: 1, maxLength: 6 }), async (many) => {
        const rows = many.map((history, row) => ({ history, candidates: board.ids.slice(row) }));
        const together = await candidateScorer(ranking)(rows);
        for (const [row, { history, candidates }] of rows.entries()) {
          const alone = await rank(history, candidates);
          alone.score.forEach((value, place) => {
            expect(together[row]?.score[place]).toBeCloseTo(value, 5);
          });
        }
      }),
      { numRuns: 20 },
    );
  });

  it('answers batches too large to look rows up one by one in the same way', async () => {
    const history = [token(0, 3), token(1, 4), token(1, 9)];
    const alone = await rank(history, board.ids);
    const rows = Math.ceil((16 * 1024 * 1024) / polar.length / 4_000) + 1;
    const padded = [...history, ...new Array<string>(3_997).fill('')];
    const outputs = await ranking.run(
      [
        {
          name: 'history',
          datatype: 'BYTES',
          shape: [rows, 4_000],
          data: Array.from({ length: rows }, () => padded).flat(),
        },
        {
          name: 'candidates',
          datatype: 'BYTES',
          shape: [rows, board.ids.length],
          data: Array.from({ length: rows }, () => board.ids).flat(),
        },
      ],
      ['liking'],
    );
    const liking = outputs[0]?.data as Float32Array;
    alone.liking.forEach((value, place) => {
      expect(liking[(rows - 1) * board.ids.length + place]).toBeCloseTo(value, 5);
    });
  });
});

describe('personalisation', () => {
  it('gives what sorting the scores of all polls gives, without the excluded', async () => {
    await fc.assert(
      fc.asyncProperty(
        histories,
        exclusions,
        fc.integer({ min: 1, max: 40 }),
        async (history, exclude, limit) => {
          const [answer] = await askTop(topPolls, 'history', [{ asks: history, exclude, limit }]);
          const scores = byId(board.ids, (await rank(history, board.ids)).score);
          const wanted = [...scores]
            .filter(([id]) => !exclude.includes(id))
            .sort((a, b) => b[1] - a[1])
            .slice(0, limit);
          const width = Math.min(limit, BOARD_POLLS);
          expect(answer?.polls).toHaveLength(width);
          const given = answer?.polls.filter((id) => id !== '') ?? [];
          expect(new Set(given).size).toBe(given.length);
          expect(given).toHaveLength(wanted.length);
          given.forEach((id, place) => {
            expect(exclude).not.toContain(id);
            expect(answer?.scores[place]).toBeCloseTo(scores.get(id) as number, 5);
            expect(answer?.scores[place]).toBeCloseTo(wanted[place]?.[1] as number, 5);
          });
          for (let place = given.length; place < width; place += 1) {
            expect([answer?.polls[place], answer?.scores[place], answer?.because[place]]).toEqual([
              '',
              0,
              '',
            ]);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

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
      { polls: [], scores: [], because: [] },
    ]);
    const [answer] = await askTop(topPolls, 'history', [{ asks: [], exclude: board.ids, limit: 2 }]);
    expect(answer).toEqual({ polls: ['', ''], scores: [0, 0], because: ['', ''] });
  });

  it('orders polls for a user of whom nothing is known by how they are liked and how many vote on them', async () => {
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
    }));
    const trained = trainPersonalisation({ polls, polarity: board.polarity, votes: log.build() });
    const session = await openModel(writeTopPollsGraph(trained), await folders.make());
    const [answer] = await askTop(session, 'history', [{ asks: [''], limit: 4 }]);
    await session.release();
    expect(answer?.polls).toEqual(['liked', 'rare', 'disliked', 'unseen']);
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

  it('names the token without which the poll scores lowest', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.nat(), async (drawn, at) => {
        // What a skip or pass takes from its topic is no reason for the others, so that these do not count here.
        const history = drawn.filter((text) => !text.endsWith(':pass'));
        const [answer] = await askTop(topPolls, 'history', [{ asks: history, limit: BOARD_POLLS }]);
        const place = at % BOARD_POLLS;
        const [id, score, because] = [answer?.polls, answer?.scores, answer?.because].map(
          (values) => values?.[place],
        ) as [string, number, string];
        const lost = new Map<string, number>();
        for (const [index, text] of history.entries()) {
          if (text.endsWith(':@skip')) continue;
          const without = await rank(history.toSpliced(index, 1), [id]);
          lost.set(text, score - (without.score[0] as number));
        }
        const most = Math.max(0, ...lost.values());
        if (because === '') expect(most).toBeLessThan(1e-4);
        else expect(lost.get(because)).toBeCloseTo(most, 4);
      }),
      { numRuns: 60 },
    );
  });

  it('names the same tokens in a batch too large to compare all rows at once', async () => {
    const history = [
      token(1, 3),
      token(0, 2),
      '@topic:south',
      'p8:@skip',
      ...new Array<string>(996).fill(''),
    ];
    const [alone] = await askTop(topPolls, 'history', [{ asks: history, limit: BOARD_POLLS }]);
    const rows = Array.from({ length: 30 }, (_, row) => ({
      asks: row % 2 === 0 ? history : [''],
      limit: BOARD_POLLS,
    }));
    const answers = await askTop(topPolls, 'history', rows);
    expect(new Set(alone?.because).size).toBeGreaterThan(2);
    answers.forEach((answer, row) => {
      if (row % 2 === 0) expect(answer.because).toEqual(alone?.because);
      else expect(answer.because.every((text) => text === '')).toBe(true);
    });
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
