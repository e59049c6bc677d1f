import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Polarity } from '../../domain/polarity.js';
import type { UserMeasure } from '../../models/evaluation/exposed-auc.js';
import {
  answerAuc,
  likingAuc,
  type Prediction,
  predictItems,
} from '../../models/evaluation/exposed-protocol.js';
import { topPollsLister } from '../../models/evaluation/list-top-polls.js';
import type { OpenModel } from '../../models/evaluation/model-session.js';
import type { RecallDenominator } from '../../models/evaluation/ranking-metrics.js';
import { rankingMeasures } from '../../models/evaluation/ranking-protocol.js';
import { candidateScorer } from '../../models/evaluation/score-candidates.js';
import { voteLogOf } from '../../models/evaluation/training-set.js';
import { summariseUsers, type UserSummary } from '../../models/evaluation/user-summary.js';
import type { EvaluationSet } from '../../models/evaluation/vote-row.js';
import type { PersonalisationModel } from '../../models/personalisation/personalisation-model.js';
import { writeRankingGraph } from '../../models/personalisation/ranking-graph.js';
import { writeTopPollsGraph } from '../../models/personalisation/top-polls-graph.js';
import { trainPersonalisation } from '../../models/personalisation/train-personalisation.js';
import type { TrainingPoll } from '../../models/training-poll.js';

export const PROTOCOLS = ['exposed', 'ranking'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export interface EvaluationRequest {
  readonly polls: readonly TrainingPoll[];
  readonly set: EvaluationSet;
  readonly polarity: Polarity;
  readonly protocol: Protocol;
  readonly recallDenominator: RecallDenominator;
  /** False where the test says no options: then there are predictions and no metrics. */
  readonly isLabelled: boolean;
  readonly openModel: OpenModel;
  readonly onPhase: (phase: string) => void;
}

/** Metrics of a group of users; null where no user has one. */
export type GroupMetrics = Readonly<Record<string, UserSummary | null>>;

export interface Evaluation {
  readonly training: {
    readonly polls: number;
    readonly columns: number;
    readonly users: number;
    readonly votes: number;
    readonly seconds: number;
    readonly bytes: number;
  };
  /** `warm`, `cold` and `all` users; groups without a test row are left out. */
  readonly groups: Readonly<Record<string, GroupMetrics>>;
  readonly predictions: readonly Prediction[];
}

/** Trains as the flow does, writes the files that would be served, and measures what these answer. */
export async function runEvaluation(request: EvaluationRequest): Promise<Evaluation> {
  const { polls, set, polarity, onPhase } = request;
  const votes = voteLogOf(set.training, polls);
  const before = performance.now();
  const model = trainPersonalisation({ polls, polarity, votes }, { onPhase });
  const seconds = Math.round(performance.now() - before) / 1_000;
  const folder = await mkdtemp(join(tmpdir(), 'hunch-evaluate-'));
  try {
    onPhase('write');
    const files = await writeFiles(folder, model);
    onPhase('score');
    const predictions = await predict(request, files.ranking);
    const measures = request.isLabelled ? await measure(request, files.topPolls, predictions) : {};
    return {
      training: {
        polls: model.polls.length,
        columns: model.weights.rowCount,
        users: votes.userCount,
        votes: votes.voteCount,
        seconds,
        bytes: files.bytes,
      },
      groups: byGroup(set, measures),
      predictions,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeFiles(
  folder: string,
  model: PersonalisationModel,
): Promise<{ ranking: string; topPolls: string; bytes: number }> {
  const ranking = join(folder, 'personalisation-ranking.onnx');
  const topPolls = join(folder, 'personalisation.onnx');
  const [rankingFile, topPollsFile] = [writeRankingGraph(model), writeTopPollsGraph(model)];
  await writeFile(ranking, rankingFile);
  await writeFile(topPolls, topPollsFile);
  return { ranking, topPolls, bytes: rankingFile.length + topPollsFile.length };
}

async function predict({ openModel, set }: EvaluationRequest, path: string): Promise<Prediction[]> {
  const session = await openModel(path);
  try {
    return await predictItems(set, candidateScorer(session));
  } finally {
    await session.release();
  }
}

type Measures = Readonly<Record<string, readonly UserMeasure[]>>;

async function measure(
  { protocol, set, polarity, recallDenominator, openModel }: EvaluationRequest,
  topPolls: string,
  predictions: readonly Prediction[],
): Promise<Measures> {
  if (protocol === 'exposed') {
    return { exposedAuc: likingAuc(predictions, polarity), answeredAuc: answerAuc(predictions, polarity) };
  }
  const session = await openModel(topPolls);
  try {
    const { recall, ndcg } = await rankingMeasures(
      set,
      topPollsLister(session, 'history'),
      recallDenominator,
    );
    return { recall20: recall, ndcg20: ndcg };
  } finally {
    await session.release();
  }
}

function byGroup({ items }: EvaluationSet, measures: Measures): Record<string, GroupMetrics> {
  const groupOf = new Map(items.map(({ vote, group }) => [vote.userId, group]));
  const groups: Record<string, GroupMetrics> = {};
  for (const group of ['warm', 'cold'] as const) {
    if (![...groupOf.values()].includes(group)) continue;
    groups[group] = summaries(measures, (user) => groupOf.get(user) === group);
  }
  groups.all = summaries(measures, () => true);
  return groups;
}

const summaries = (measures: Measures, isIn: (user: string) => boolean): GroupMetrics =>
  Object.fromEntries(
    Object.entries(measures).map(([name, values]) => [
      name,
      summariseUsers(values.filter((measure) => isIn(measure.user))),
    ]),
  );
