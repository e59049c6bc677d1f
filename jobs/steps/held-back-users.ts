import type { WarehouseSession } from '../../src/datasources/warehouse/warehouse.js';
import { heldBackShare, isHeldBack } from '../../src/models/evaluation/held-back.js';
import { readStatement } from '../sql/statement.js';
import { readTrainingTotals } from './training-data.js';

/** The users whose votes judge models, in no promised order. */
export async function readHeldBackUsers(session: WarehouseSession, signal: AbortSignal): Promise<string[]> {
  const { users } = await readTrainingTotals(session);
  const share = heldBackShare(users);
  const heldBack: string[] = [];
  for await (const batch of session.stream(await readStatement('voters'), {}, signal)) {
    for (const user of batch.column('user_id') as readonly string[]) {
      if (isHeldBack(user, share)) heldBack.push(user);
    }
  }
  return heldBack;
}

const TAUGHT = 'taught_';

/**
 * The session as it would be without the votes of these users: statements that read `clean_votes`, and tables made by them, are
 * made over the other users' votes, under names of their own. Closing it closes the session.
 */
export async function withoutVotesOf(
  users: readonly string[],
  session: WarehouseSession,
): Promise<WarehouseSession> {
  await session.materialise('taught_votes', await readStatement('taught_votes'), { held_back: users });
  const renamed = new Map([['clean_votes', 'taught_votes']]);
  const over = (sql: string): string => sql.replace(/\b\w+\b/g, (word) => renamed.get(word) ?? word);
  return {
    async materialise(table, sql, parameters) {
      const summary = await session.materialise(TAUGHT + table, over(sql), parameters);
      renamed.set(table, TAUGHT + table);
      return summary;
    },
    stream: (sql, parameters, signal) => session.stream(over(sql), parameters, signal),
    all: (sql, parameters) => session.all(over(sql), parameters),
    close: () => session.close(),
  };
}
