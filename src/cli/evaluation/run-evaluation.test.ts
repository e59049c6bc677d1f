import { describe, expect, it } from 'vitest';
import { describeWithRealVotes } from '../../../tests/support/real-votes.js';
import { DEFAULT_POLARITY } from '../../domain/polarity.js';
import { DAY } from '../../domain/time.js';
import { filesAsGiven, timeSplit, voterSplit } from '../../models/evaluation/splits.js';
import type { EvaluationSet, VoteRow } from '../../models/evaluation/vote-row.js';
import { OnnxSession } from '../../predictor/onnx-session.js';
import { pollsOfVotes, readPolls } from './evaluation-polls.js';
import { readRows } from './read-rows.js';
import { type EvaluationRequest, type EvaluationResult, runEvaluation } from './run-evaluation.js';
import { TRAINING_SCHEMA, voteRowParser } from './vote-rows.js';

const readVotes = async (path: string): Promise<readonly VoteRow[]> =>
  (await readRows(path, TRAINING_SCHEMA, voteRowParser)).rows;

const evaluate = (set: EvaluationSet, options: Partial<EvaluationRequest> = {}): Promise<EvaluationResult> =>
  runEvaluation({
    polls: pollsOfVotes([...set.training, ...set.items.map(({ vote }) => vote)]),
    set,
    polarity: DEFAULT_POLARITY,
    protocol: 'exposed',
    recallDenominator: 'all',
    isLabelled: true,
    wantsPredictions: false,
    coldUsers: null,
    openModel: OnnxSession.load,
    onPhase: () => {},
    onProgress: () => {},
    ...options,
  });

describeWithRealVotes('the model on real votes', (files) => {
  it('foretells liking clearly better than the smoothed share of agree, by both splits', async () => {
    const train = await readVotes(files.trainVotes);
    const test = await readVotes(files.testVotes);
    const polls = await readPolls(files.polls, files.topics, () => {});

    const { evaluation: byTime } = await evaluate(timeSplit({ train, test }, 5), {
      polls,
      coldUsers: { files: { train, test }, knownVotes: [0, 10] },
    });
    expect(byTime.groups.all?.exposedAuc).toMatchObject({ users: 1080 });
    expect(byTime.groups.cold?.exposedAuc).toMatchObject({ users: 986 });
    expect(byTime.groups.all?.exposedAuc?.mean).toBeGreaterThan(0.808);
    expect(byTime.groups.all?.answeredAuc?.mean).toBeGreaterThan(0.65);
    expect(byTime.coldUsers?.yardsticks.agreeShare?.mean).toBeCloseTo(0.79, 2);
    expect(byTime.coldUsers?.points.at(-1)?.gain?.difference).toBeGreaterThan(0.03);
    expect(byTime.byTopic).toHaveLength(14);

    const { evaluation: byVoter } = await evaluate(voterSplit({ train, test }), { polls });
    expect(byVoter.groups.all?.exposedAuc).toMatchObject({ users: 4203 });
    expect(byVoter.groups.all?.exposedAuc?.mean).toBeGreaterThan(0.853);
    expect(byVoter.groups.all?.answeredAuc?.mean).toBeGreaterThan(0.675);
  }, 180_000);
});

describe('the ranking protocol', () => {
  /** Users of two circles, each voting within its own dozen polls; `missing` is the one left for the test. */
  const votes = Array.from({ length: 240 }, (_, user) => {
    const circle = user % 2;
    return Array.from(
      { length: 12 },
      (__, at): VoteRow => ({
        userId: `u${user}`,
        pollId: `${circle}-${at}`,
        optionId: (at + Math.floor(user / 2)) % 4 === 0 ? 'disagree' : 'agree',
        votedAt: null,
        isAuthor: false,
      }),
    );
  });
  const missing = (user: number): number => user % 12;
  const rest = (users: readonly VoteRow[][]): VoteRow[] =>
    users.flatMap((own) => own.filter((vote) => !isTest(vote)));
  const isTest = ({ userId, pollId }: VoteRow): boolean =>
    pollId.endsWith(`-${missing(Number(userId.slice(1)))}`);
  const tests = (users: readonly VoteRow[][]): VoteRow[] => users.flat().filter(isTest);

  it('finds the polls left out of the training, and counts every user', async () => {
    const progress: number[] = [];
    const set = filesAsGiven({ train: rest(votes), test: tests(votes) });
    const { evaluation, predictions } = await evaluate(set, {
      protocol: 'ranking',
      onProgress: (done) => progress.push(done),
    });
    // Twenty-four polls less eleven known: all thirteen candidates fit into the twenty places.
    expect(evaluation.groups.all?.recall20).toMatchObject({ mean: 1, users: 240 });
    expect(evaluation.groups.warm?.ndcg20?.mean).toBeGreaterThan(0.2);
    expect(evaluation.groups.warm?.ndcg20?.mean).toBeLessThanOrEqual(1);
    expect(evaluation.lists).toMatchObject([
      { length: 10, lists: 240 },
      { length: 20, lists: 240, coverage: 1 },
    ]);
    expect(evaluation.groups.all?.exposedAuc).toBeUndefined();
    expect(predictions).toEqual([]);
    expect(progress.at(-1)).toBe(240);
  });

  it('folds unseen users in by what is known of them, and does not learn from it', async () => {
    const [seen, unseen] = [votes.slice(0, 200), votes.slice(200)];
    const files = { train: seen.flat(), known: rest(unseen), test: tests(unseen) };
    const { evaluation, predictions } = await evaluate(filesAsGiven(files), {
      protocol: 'ranking',
      wantsPredictions: true,
    });
    expect(evaluation.training).toMatchObject({ users: 200, votes: 2_400 });
    expect(evaluation.groups.cold?.recall20).toMatchObject({ mean: 1, users: 40 });
    expect(evaluation.groups.warm).toBeUndefined();
    expect(predictions).toHaveLength(40);
  });
});

describe('what is found beside the two questions', () => {
  const DAY_ONE = Date.UTC(2026, 0, 1);
  const vote = (user: number, poll: number): VoteRow => ({
    userId: `u${user}`,
    pollId: `p${poll}`,
    optionId: (user + poll) % 3 === 0 ? 'pass' : (user + poll) % 2 === 0 ? 'agree' : 'disagree',
    votedAt: DAY_ONE + DAY / 2,
    isAuthor: false,
  });
  const users = Array.from({ length: 60 }, (_, user) => user);
  const train = users.flatMap((user) => [0, 1, 2, 3, 4, 5].map((poll) => vote(user, poll)));
  const test = users.flatMap((user) => [6, 7, 8, 9].map((poll) => vote(user, poll)));
  const polls = pollsOfVotes([...train, ...test]).map((poll, place) => ({
    ...poll,
    topics: [place < 5 ? 'old' : 'new'],
    createdAt: place < 8 ? DAY_ONE - DAY : DAY_ONE,
  }));

  it('knows the age of polls on lists, chances, topics and lengths of history', async () => {
    const { evaluation } = await evaluate(filesAsGiven({ train, test }), { polls });
    // Four polls are left for each user, two of them half a day old.
    expect(evaluation.groups.all?.youngShare10).toMatchObject({ mean: 0.5, users: 60 });
    expect(evaluation.groups.all?.novelty20).toMatchObject({ mean: expect.closeTo(Math.log2(61), 10) });
    expect(evaluation.groups.all?.topicDiversity10).toMatchObject({ mean: 0 });
    expect(evaluation.calibration?.answer).toMatchObject({ items: 240 });
    expect(evaluation.calibration?.liking?.items).toBe(160);
    expect(evaluation.byHistoryLength).toMatchObject([{ from: 5, to: 9 }]);
    expect(evaluation.byTopic.map(({ topic }) => topic)).toEqual(['new']);
    expect(evaluation.users.ids).toHaveLength(60);
    expect(evaluation.training.peakMegabytes).toBeGreaterThan(10);
  });
});
