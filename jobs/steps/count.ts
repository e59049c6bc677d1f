import { z } from 'zod';
import type { StepFunction } from '../flows/flow.js';
import { materialisePollCounts, materialisePollStatistics } from './poll-statistics.js';
import { inSession } from './training-data.js';

const counted = z.object({ votes: z.number(), options: z.number(), polls: z.number() });

/**
 * Makes `poll_counts`, and in `popular` the tables that popularity is made of. Gives how many `votes` on how many `options` of
 * how many `polls`.
 */
export const countStep: StepFunction = async (context, dependencies) =>
  inSession(context, dependencies, async (session) => {
    if (context.flow === 'popular') await materialisePollStatistics(session, context, dependencies);
    else await materialisePollCounts(session);
    const [row] = await session.all(
      'SELECT COALESCE(SUM(votes), 0) AS votes, COUNT(*) AS options, (SELECT COUNT(*) FROM clean_polls) AS polls FROM poll_counts',
    );
    const found = counted.parse(row);
    context.log.info({ step: 'count', ...found }, 'counted votes');
    return found;
  });
