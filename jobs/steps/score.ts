import { writeFile } from 'node:fs/promises';
import type { WarehouseSession } from '../../src/datasources/warehouse/warehouse.js';
import type { Polarity } from '../../src/domain/polarity.js';
import { writePopularGraph } from '../../src/models/popular/popular-graph.js';
import { type PopularModel, scorePopular } from '../../src/models/popular/popular-model.js';
import type { StepContext, StepDependencies, StepFunction } from '../flows/flow.js';
import {
  type PopularityStatements,
  popularityStatements,
  taught,
  taughtVotes,
} from '../sql/popularity-statements.js';
import { materialise } from '../sql/statement.js';
import { readHeldBackUsers } from './held-back-users.js';
import { POPULAR_FILE, POPULAR_GATE_FILE } from './model-files.js';
import { materialisePollStatistics, readPollStatistics } from './poll-statistics.js';
import { extractResult, inSession, readTrainingPolls, readTrainingTotals } from './training-data.js';

/**
 * Scores every poll by its votes, and stages the file of the popular model. Beside it stands a copy that has not counted the votes
 * of held-back users: all votes are served, and the gate still judges by votes that nobody has counted.
 */
export const scoreStep: StepFunction = async (context, dependencies) => {
  const { log } = context;
  const { served, gate, newestAt } = await readModels(context, dependencies);
  context.progress(0.7);
  const bytes = await stageModel(context, dependencies, { name: POPULAR_FILE, model: served });
  await stageModel(context, dependencies, { name: POPULAR_GATE_FILE, model: gate });
  const result = {
    files: [POPULAR_FILE, POPULAR_GATE_FILE],
    dataThrough: newestAt,
    parameters: {},
    size: { polls: served.entries.length, bytes },
  };
  log.info({ step: 'score', ...result.size }, 'scored');
  return result;
};

interface Models {
  readonly served: PopularModel;
  readonly gate: PopularModel;
  /** When the newest vote was given. */
  readonly newestAt: number | null;
}

const readModels = (context: StepContext, dependencies: StepDependencies): Promise<Models> =>
  inSession(context, dependencies, async (session) => {
    const { newest_at: newestAt } = await readTrainingTotals(session);
    const statements = popularityStatements(dependencies.polarity);
    const scored = (from: PopularityStatements): Promise<PopularModel> =>
      scoreAll(session, from, { context, polarity: dependencies.polarity });
    const served = await scored(statements);
    context.progress(0.4);
    const heldBack = await readHeldBackUsers(session, context.signal);
    await materialise(session, taughtVotes(heldBack));
    const gate = await scored(taught(statements));
    return { served, gate, newestAt };
  });

async function scoreAll(
  session: WarehouseSession,
  statements: PopularityStatements,
  { context, polarity }: { readonly context: StepContext; readonly polarity: Polarity },
): Promise<PopularModel> {
  const { through } = extractResult.parse(await context.result('extract'));
  const polls = await readTrainingPolls(session, context.signal);
  await materialisePollStatistics(session, statements, context.signal);
  const counted = await readPollStatistics(session, statements, { through, signal: context.signal });
  const statistics = new Map(counted.map((poll) => [poll.pollId, poll]));
  return scorePopular(
    polls.flatMap(({ id, topics, language }) => {
      const own = statistics.get(id);
      return own === undefined ? [] : [{ topics, language, statistics: own }];
    }),
    polarity,
  );
}

/** Gives the size in bytes. */
async function stageModel(
  { flow, runId }: StepContext,
  { runs }: StepDependencies,
  { name, model }: { readonly name: string; readonly model: PopularModel },
): Promise<number> {
  const content = writePopularGraph(model);
  const staged = await runs.stageFile(flow, runId, name);
  await writeFile(staged, content);
  await runs.commitFile(flow, runId, name, staged);
  return content.length;
}
