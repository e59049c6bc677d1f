import { z } from 'zod';
import type { WarehouseSession } from '../../src/datasources/warehouse/warehouse.js';
import type { StepContext, StepFunction } from '../flows/flow.js';
import { FEATURE_FACTS, userFeatures } from '../sql/feature-statements.js';
import { allRows, materialise } from '../sql/statement.js';
import { inSession } from './training-data.js';

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
  const parts = await partsOf(session, context);
  const tables: string[] = [];
  for (let part = 0; part < parts; part += 1) {
    context.signal.throwIfAborted();
    const { table, rows } = await materialise(session, userFeatures({ part, parts }));
    context.progress((part + 1) / parts);
    if (parts === 1) return rows;
    tables.push(table);
  }
  const all = tables.map((table) => `SELECT * FROM ${table}`).join(' UNION ALL ');
  return (await session.materialise('user_features', all)).rows;
}

/** An engine that bills by bytes has a memory of its own, and would bill each part for the whole. */
async function partsOf(session: WarehouseSession, { memoryMb }: StepContext): Promise<number> {
  if (session.bytesProcessed() !== null) return 1;
  const [row] = await allRows(session, FEATURE_FACTS);
  const rowsAtOnce = Math.max(1, memoryMb - BASE_MB) * ROWS_PER_MB;
  return Math.max(1, Math.ceil(counted.parse(row).facts / rowsAtOnce));
}
