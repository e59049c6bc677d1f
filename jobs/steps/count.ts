import { z } from 'zod';
import type { StepFunction } from '../flows/flow.js';
import { COUNTED_VOTES, POLL_COUNTS, popularityStatements } from '../sql/popularity-statements.js';
import { allRows, materialise } from '../sql/statement.js';
import { materialisePollStatistics } from './poll-statistics.js';
import { inSession } from './training-data.js';

const counted = z.object({ votes: z.number(), options: z.number(), polls: z.number() });

/**
 * Makes `poll_counts`, and in `popular` the tables that popularity is made of. Gives how many `votes` on how many `options` of
 * how many `polls`.
 */
export const countStep: StepFunction = async (context, dependencies) =>
  inSession(context, dependencies, async (session) => {
    if (context.flow === 'popular') {
      await materialisePollStatistics(session, popularityStatements(dependencies.polarity), context.signal);
    } else await materialise(session, POLL_COUNTS);
    const [row] = await allRows(session, COUNTED_VOTES);
    const found = counted.parse(row);
    context.log.info({ step: 'count', ...found }, 'counted votes');
    return found;
  });
