import { z } from 'zod';
import type { WarehouseSession } from '../../src/datasources/warehouse/warehouse.js';
import { HISTORY_LIMIT, IMPRESSION_LIMIT } from '../../src/domain/features.js';
import type { StepContext, StepFunction } from '../flows/flow.js';
import { readStatement } from '../sql/statement.js';
import { inSession } from './training-data.js';

const AFFINITY_LIMIT = 50;
/** What the engine needs whatever the data, and how many answers and interactions one MiB beyond that is enough for. */
const BASE_MB = 100;
const ROWS_PER_MB = 1_000;

const counted = z.object({ facts: z.number() });

/** Makes `user_features`, all that is known of each user. Gives how many `users`. */
export const featuresStep: StepFunction = async (context, dependencies) =>
  inSession(context, dependencies, async (session) => {
    const users = await materialiseUserFeatures(session, context);
    context.log.info({ step: 'features', users }, 'put features together');
    return { users };
  });

/** In as many parts as the memory wants, joined at the end. */
async function materialiseUserFeatures(session: WarehouseSession, context: StepContext): Promise<number> {
  const [row] = await session.all(
    'SELECT (SELECT COUNT(*) FROM clean_answers) + (SELECT COUNT(*) FROM clean_interactions) AS facts',
  );
  const rowsAtOnce = Math.max(1, context.memoryMb - BASE_MB) * ROWS_PER_MB;
  const parts = Math.max(1, Math.ceil(counted.parse(row).facts / rowsAtOnce));
  const statement = await readStatement('user_features');
  const tables: string[] = [];
  for (let part = 0; part < parts; part += 1) {
    context.signal.throwIfAborted();
    const table = parts === 1 ? 'user_features' : `user_features_${part}_of_${parts}`;
    const { rows } = await session.materialise(table, statement, {
      parts,
      part,
      history_limit: HISTORY_LIMIT,
      impression_limit: IMPRESSION_LIMIT,
      affinity_limit: AFFINITY_LIMIT,
    });
    context.progress((part + 1) / parts);
    if (parts === 1) return rows;
    tables.push(table);
  }
  const all = tables.map((table) => `SELECT * FROM ${table}`).join(' UNION ALL ');
  return (await session.materialise('user_features', all)).rows;
}
