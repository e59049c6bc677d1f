import { z } from 'zod';
import type { IndexedUser } from '../../src/datasources/features/feature-store.js';
import type { StepFunction } from '../flows/flow.js';
import { INDEXED_USERS, USER_COUNT } from '../sql/feature-statements.js';
import { allRows, streamRows } from '../sql/statement.js';
import { extractResult, inSession } from './training-data.js';
import { userFeaturesOf } from './user-features-row.js';

/** Users handed to the store at a time. */
const BATCH = 1_000;

const count = z.tuple([z.object({ users: z.number() })]);

/**
 * Brings what the run knows of each user into the feature store, which makes later changes again on top. Gives how many
 * users; the memory it takes does not grow with them.
 */
export const indexFeaturesStep: StepFunction = async (context, dependencies) => {
  const { features } = dependencies;
  const { through } = extractResult.parse(await context.result('extract'));
  // Without an event there is no watermark, and nothing is known of anybody.
  if (through === null) return { users: 0 };
  return inSession(context, dependencies, async (session) => {
    const [{ users }] = count.parse(await allRows(session, USER_COUNT));
    let indexed = 0;
    let batch: IndexedUser[] = [];
    const flush = async (): Promise<void> => {
      await features.index(batch, through);
      indexed += batch.length;
      batch = [];
      context.progress(indexed / Math.max(1, users));
    };
    for await (const columns of streamRows(session, INDEXED_USERS, context.signal)) {
      for (const known of userFeaturesOf(columns)) {
        batch.push({ features: known });
        if (batch.length >= BATCH) await flush();
      }
    }
    await flush();
    context.log.info({ step: 'index-features', users: indexed }, 'indexed features');
    return { users: indexed };
  });
};
