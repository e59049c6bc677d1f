import type { StepFunction } from '../flows/flow.js';
import { INDEXED_POLLS, popularityStatements } from '../sql/popularity-statements.js';
import { streamRows } from '../sql/statement.js';
import { recordedPollsOf } from './clean-polls-row.js';
import { materialisePollStatistics, readPollStatistics } from './poll-statistics.js';
import { extractResult, inSession } from './training-data.js';

const STATISTICS_AT_ONCE = 10_000;

/**
 * Brings the polls of the warehouse into the live catalogue, where a state recorded later stays, then their statistics.
 * Gives how many of both. Polls come first, so that statistics never wait for a poll.
 */
export const indexPollsStep: StepFunction = async (context, dependencies) => {
  const { catalogue } = dependencies;
  const { signal } = context;
  const { through } = extractResult.parse(await context.result('extract'));
  return inSession(context, dependencies, async (session) => {
    const statements = popularityStatements(dependencies.polarity);
    const { rows } = await materialisePollStatistics(session, statements, signal);
    const all = Math.max(1, 2 * rows);
    let polls = 0;
    for await (const batch of streamRows(session, INDEXED_POLLS, signal)) {
      await catalogue.upsert(recordedPollsOf(batch));
      polls += batch.rowCount;
      context.progress(polls / all);
    }
    let statistics = 0;
    const counted = await readPollStatistics(session, statements, { through, signal });
    for (let start = 0; start < counted.length; start += STATISTICS_AT_ONCE) {
      signal.throwIfAborted();
      const part = counted.slice(start, start + STATISTICS_AT_ONCE);
      await catalogue.putStatistics(part);
      statistics += part.length;
      context.progress((polls + statistics) / all);
    }
    context.log.info({ step: 'index-polls', polls, statistics }, 'indexed polls');
    return { polls, statistics };
  });
};
