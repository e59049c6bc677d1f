import { z } from 'zod';
import type { StepFunction } from '../flows/flow.js';
import { materialisePollStatistics } from './poll-statistics.js';
import { inSession } from './training-data.js';

const counted = z.object({ votes: z.number(), options: z.number() });

/** Makes `poll_counts` and `poll_statistics`. Gives how many `votes` on how many `options` of how many `polls`. */
export const countStep: StepFunction = async (context, dependencies) =>
  inSession(context, dependencies, async (session) => {
    const { rows: polls } = await materialisePollStatistics(session, context, dependencies);
    const [row] = await session.all(
      'SELECT COALESCE(SUM(votes), 0) AS votes, COUNT(*) AS options FROM poll_counts',
    );
    const found = { polls, ...counted.parse(row) };
    context.log.info({ step: 'count', ...found }, 'counted votes');
    return found;
  });
