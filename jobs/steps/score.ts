import { writeFile } from 'node:fs/promises';
import type { PollId } from '../../src/domain/ids.js';
import type { PollStatistics } from '../../src/domain/popularity.js';
import { writePopularGraph } from '../../src/models/popular/popular-graph.js';
import { type PopularModel, scorePopular } from '../../src/models/popular/popular-model.js';
import type { StepContext, StepDependencies, StepFunction } from '../flows/flow.js';
import { POPULAR_FILE } from './model-files.js';
import { materialisePollStatistics, readPollStatistics } from './poll-statistics.js';
import { extractResult, inSession, readTrainingPolls, readTrainingTotals } from './training-data.js';

/** Scores every poll by its votes, and stages the file of the popular model. */
export const scoreStep: StepFunction = async (context, dependencies) => {
  const { flow, runId, log } = context;
  const { through } = extractResult.parse(await context.result('extract'));
  const { model, newestAt } = await readPopular(context, dependencies, through);
  context.progress(0.7);
  const content = writePopularGraph(model);
  const staged = await dependencies.runs.stageFile(flow, runId, POPULAR_FILE);
  await writeFile(staged, content);
  await dependencies.runs.commitFile(flow, runId, POPULAR_FILE, staged);
  const result = {
    files: [POPULAR_FILE],
    dataThrough: newestAt,
    parameters: {},
    size: { polls: model.entries.length, bytes: content.length },
  };
  log.info({ step: 'score', ...result.size }, 'scored');
  return result;
};

const readPopular = (
  context: StepContext,
  dependencies: StepDependencies,
  through: number | null,
): Promise<{ readonly model: PopularModel; readonly newestAt: number | null }> =>
  inSession(context, dependencies, async (session) => {
    const polls = await readTrainingPolls(session, context.signal);
    await materialisePollStatistics(session, context, dependencies);
    const statistics = new Map<PollId, PollStatistics>();
    for await (const batch of readPollStatistics(session, through, context.signal)) {
      for (const poll of batch) statistics.set(poll.pollId, poll);
    }
    const { newest_at: newestAt } = await readTrainingTotals(session);
    const model = scorePopular(
      polls.flatMap(({ id, topics, language }) => {
        const own = statistics.get(id);
        return own === undefined ? [] : [{ topics, language, statistics: own }];
      }),
      dependencies.polarity,
    );
    return { model, newestAt };
  });
