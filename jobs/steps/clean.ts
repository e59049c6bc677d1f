import { z } from 'zod';
import type { StepFunction } from '../flows/flow.js';
import { CLEAN_COUNTS, cleanTables } from '../sql/cleaning-statements.js';
import { allRows, materialise } from '../sql/statement.js';
import { inSession } from './training-data.js';

const counts = z.record(z.string(), z.number());

/**
 * Makes the clean tables: each event once, the last vote of a user on a poll, without erased users, unknown polls and
 * options, and suspected bots. Gives how many were kept and left out, of bots the accounts and votes by reason.
 */
export const cleanStep: StepFunction = async (context, dependencies) =>
  inSession(context, dependencies, async (session) => {
    const tables = cleanTables(context.flow);
    for (const [done, table] of tables.entries()) {
      context.signal.throwIfAborted();
      await materialise(session, table);
      context.progress((done + 1) / tables.length);
    }
    const [row] = await allRows(session, CLEAN_COUNTS);
    const found = counts.parse(row);
    context.log.info({ step: 'clean', ...found }, 'cleaned');
    return found;
  });
