import { performance } from 'node:perf_hooks';
import { resourceUsage } from 'node:process';
import type { Polarity } from '../../domain/polarity.js';
import { type ColdUsers, measureColdUsers } from '../../models/evaluation/cold-users.js';
import type { EvaluationDocument, Protocol } from '../../models/evaluation/evaluation-document.js';
import { summariseGroups, tabulateUsers } from '../../models/evaluation/evaluation-groups.js';
import { type ExposedMeasures, exposedMeasures } from '../../models/evaluation/exposed-measures.js';
import { type Prediction, predictItems } from '../../models/evaluation/exposed-protocol.js';
import { type ListSummary, ListTally } from '../../models/evaluation/list-tally.js';
import { topPollsLister } from '../../models/evaluation/list-top-polls.js';
import type { OpenModel } from '../../models/evaluation/model-session.js';
import { PollAudience } from '../../models/evaluation/poll-audience.js';
import type { RecallDenominator } from '../../models/evaluation/ranking-metrics.js';
import { measureRanking, type RankingMeasures } from '../../models/evaluation/ranking-protocol.js';
import { candidateScorer } from '../../models/evaluation/score-candidates.js';
import type { VoteFiles } from '../../models/evaluation/splits.js';
import { testSetFingerprint } from '../../models/evaluation/test-set-fingerprint.js';
import { voteLogOf } from '../../models/evaluation/training-set.js';
import type { UserMeasures } from '../../models/evaluation/user-summary.js';
import type { EvaluationSet } from '../../models/evaluation/vote-row.js';
import { trainPersonalisation } from '../../models/personalisation/train-personalisation.js';
import type { EvaluationPoll } from './evaluation-polls.js';
import { ModelFiles } from './model-files.js';

/** Unseen users of the time split, measured as more and more of their votes are known. */
export interface ColdUserRequest {
  readonly files: VoteFiles;
  readonly knownVotes: readonly number[];
}

export interface EvaluationRequest {
  readonly polls: readonly EvaluationPoll[];
  readonly set: EvaluationSet;
  readonly polarity: Polarity;
  readonly protocol: Protocol;
  readonly recallDenominator: RecallDenominator;
  /** False where the test says no options: then there are predictions and no metrics. */
  readonly isLabelled: boolean;
  /** Whether every item is to be predicted, which metrics of protocol `ranking` do not need. */
  readonly wantsPredictions: boolean;
  readonly coldUsers: ColdUserRequest | null;
  readonly openModel: OpenModel;
  readonly onPhase: (phase: string) => void;
  /** `done` of `all` users of the phase that began last. */
  readonly onProgress: (done: number, all: number) => void;
}

/** What was found, apart from what only the caller knows of how it came to ask. */
export type Evaluation = Omit<
  EvaluationDocument,
  'protocol' | 'split' | 'foldIn' | 'recallDenominator' | 'evaluatedAt'
>;

export interface EvaluationResult {
  readonly evaluation: Evaluation;
  /** In the order of the items of the set; empty where none were wanted. */
  readonly predictions: readonly Prediction[];
}

const LIST_LENGTHS = [10, 20] as const;

/** Trains as the flow does, writes the files that would be served, and measures what these answer. */
export async function runEvaluation(request: EvaluationRequest): Promise<EvaluationResult> {
  const { polls, set, polarity, onPhase } = request;
  const votes = voteLogOf(set.training, polls);
  const trained = stopwatch();
  const model = trainPersonalisation({ polls, polarity, votes }, { onPhase });
  const training = { polls: polls.length, users: votes.userCount, votes: votes.voteCount, ...trained() };
  onPhase('write');
  const files = await ModelFiles.write(model, request.openModel);
  try {
    const scored = stopwatch();
    const predictions = await predict(request, files);
    const measured = request.isLabelled ? await measure(request, files, predictions) : NOTHING_MEASURED;
    const { measures, ...found } = measured;
    const users = tabulateUsers(set, measures);
    const evaluation: Evaluation = {
      scoredRows: set.items.length,
      testSet: { fingerprint: testSetFingerprint(set.items), users: users.ids.length },
      training: { ...training, bytes: files.bytes },
      scoring: scored(),
      groups: summariseGroups(set, measures),
      ...found,
      users,
    };
    return { evaluation, predictions };
  } finally {
    await files.remove();
  }
}

/** Seconds since it was made, and the most memory that the process has held by now. */
function stopwatch(): () => { readonly seconds: number; readonly peakMegabytes: number } {
  const before = performance.now();
  return () => ({
    seconds: Math.round(performance.now() - before) / 1_000,
    peakMegabytes: Math.round(resourceUsage().maxRSS / 1_024),
  });
}

async function predict(request: EvaluationRequest, files: ModelFiles): Promise<Prediction[]> {
  const { set, protocol, isLabelled, wantsPredictions, onPhase, onProgress } = request;
  if (!wantsPredictions && (!isLabelled || protocol === 'ranking')) return [];
  onPhase('score');
  const users = new Set(set.items.map(({ vote }) => vote.userId)).size;
  return files.with('personalisation-ranking', (session) =>
    predictItems(set, candidateScorer(session), (done) => onProgress(done, users)),
  );
}

interface Measured extends Omit<ExposedMeasures, 'measures' | 'calibration'> {
  readonly measures: UserMeasures;
  readonly calibration: ExposedMeasures['calibration'] | null;
  readonly lists: readonly ListSummary[];
  readonly coldUsers: ColdUsers | null;
}

const NOTHING_MEASURED: Measured = {
  measures: {},
  lists: [],
  calibration: null,
  byHistoryLength: [],
  byTopic: [],
  coldUsers: null,
};

async function measure(
  request: EvaluationRequest,
  files: ModelFiles,
  predictions: readonly Prediction[],
): Promise<Measured> {
  const { set, polarity, protocol, polls } = request;
  const topics = new Map<string, readonly string[]>(polls.map((poll) => [poll.id, poll.topics]));
  const topicsOf = (poll: string): readonly string[] => topics.get(poll) ?? [];
  const tallies = listTallies(request);
  const ranking = await rank(request, files, tallies);
  const ofLists = Object.assign({}, ...tallies.map((tally) => tally.measures())) as UserMeasures;
  const test = new Map<string, number>();
  for (const { vote } of set.items) test.set(vote.pollId, (test.get(vote.pollId) ?? 0) + 1);
  const lists = tallies.map((tally) => tally.summary(test));
  if (protocol === 'ranking') return { ...NOTHING_MEASURED, measures: { ...ranking, ...ofLists }, lists };
  const exposed = exposedMeasures(predictions, { polarity, known: set.known, topicsOf });
  return {
    ...exposed,
    measures: { ...exposed.measures, ...ofLists },
    lists,
    coldUsers: await coldUsers(request, files, topicsOf),
  };
}

function listTallies({ polls, set }: EvaluationRequest): ListTally[] {
  const audience = new PollAudience(set.training);
  const catalogue = {
    polls: new Map(polls.map(({ id, topics, createdAt }) => [id as string, { topics, createdAt }])),
    counts: audience.counts,
    likeness: (first: string, second: string) => audience.likeness(first, second),
  };
  return LIST_LENGTHS.map((length) => new ListTally(catalogue, length));
}

function rank(
  { set, recallDenominator, onPhase, onProgress }: EvaluationRequest,
  files: ModelFiles,
  tallies: readonly ListTally[],
): Promise<RankingMeasures> {
  onPhase('list');
  const users = new Set(set.items.map(({ vote }) => vote.userId)).size;
  return files.with('personalisation', (session) =>
    measureRanking(set, topPollsLister(session, 'history'), {
      denominator: recallDenominator,
      tallies,
      onDone: (done) => onProgress(done, users),
    }),
  );
}

async function coldUsers(
  { coldUsers: asked, polarity, onPhase }: EvaluationRequest,
  files: ModelFiles,
  topicsOf: (poll: string) => readonly string[],
): Promise<ColdUsers | null> {
  if (asked === null) return null;
  onPhase('cold users');
  return files.with('personalisation-ranking', (session) =>
    measureColdUsers({ ...asked, polarity, topicsOf }, candidateScorer(session)),
  );
}
