import { describe, expect, it } from 'vitest';
import { describeWithRealVotes } from '../../../tests/support/real-votes.js';
import { DEFAULT_POLARITY } from '../../domain/polarity.js';
import { timeSplit, voterSplit } from '../../models/evaluation/splits.js';
import type { EvaluationSet, VoteRow } from '../../models/evaluation/vote-row.js';
import { OnnxSession } from '../../predictor/onnx-session.js';
import { pollsOfVotes, readPolls } from './evaluation-polls.js';
import { readRows } from './read-rows.js';
import { type Evaluation, type Protocol, runEvaluation } from './run-evaluation.js';
import { TRAINING_SCHEMA, voteRowParser } from './vote-rows.js';

const readVotes = async (path: string): Promise<readonly VoteRow[]> =>
  (await readRows(path, TRAINING_SCHEMA, voteRowParser)).rows;

const evaluate = (
  set: EvaluationSet,
  options: { polls?: Awaited<ReturnType<typeof readPolls>>; protocol?: Protocol } = {},
): Promise<Evaluation> =>
  runEvaluation({
    polls: options.polls ?? pollsOfVotes([...set.training, ...set.items.map(({ vote }) => vote)]),
    set,
    polarity: DEFAULT_POLARITY,
    protocol: options.protocol ?? 'exposed',
    recallDenominator: 'all',
    isLabelled: true,
    openModel: OnnxSession.load,
    onPhase: () => {},
  });

describeWithRealVotes('the model on real votes', (files) => {
  it('foretells liking clearly better than the smoothed share of agree, by both splits', async () => {
    const train = await readVotes(files.trainVotes);
    const test = await readVotes(files.testVotes);
    const polls = await readPolls(files.polls, files.topics, () => {});

    const byTime = await evaluate(timeSplit({ train, test }, 5), { polls });
    expect(byTime.groups.all?.exposedAuc).toMatchObject({ users: 1080 });
    expect(byTime.groups.cold?.exposedAuc).toMatchObject({ users: 986 });
    expect(byTime.groups.all?.exposedAuc?.mean).toBeGreaterThan(0.79);
    expect(byTime.groups.all?.answeredAuc?.mean).toBeGreaterThan(0.62);

    const byVoter = await evaluate(voterSplit({ train, test }), { polls });
    expect(byVoter.groups.all?.exposedAuc).toMatchObject({ users: 4203 });
    expect(byVoter.groups.all?.exposedAuc?.mean).toBeGreaterThan(0.84);
  }, 60_000);
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

  it('finds the polls left out of the training, and counts every user', async () => {
    const training = votes.flatMap((own, user) => own.filter((_, at) => at !== missing(user)));
    const known = new Map(
      votes.map((own, user) => [`u${user}`, own.filter((_, at) => at !== missing(user))]),
    );
    const items = votes.map((own, user) => ({ vote: own[missing(user)] as VoteRow, group: 'warm' as const }));
    const { groups } = await evaluate({ training, known, items }, { protocol: 'ranking' });
    // Twenty-four polls less eleven known: all thirteen candidates fit into the twenty places.
    expect(groups.all?.recall20).toMatchObject({ mean: 1, users: 240 });
    expect(groups.warm?.ndcg20?.mean).toBeGreaterThan(0.2);
    expect(groups.warm?.ndcg20?.mean).toBeLessThanOrEqual(1);
  });
});
