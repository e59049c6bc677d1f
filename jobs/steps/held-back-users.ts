import type { WarehouseSession } from '../../src/datasources/warehouse/warehouse.js';
import { heldBackShare, isHeldBack } from '../../src/models/evaluation/held-back.js';
import { streamRows } from '../sql/statement.js';
import { VOTERS } from '../sql/training-statements.js';
import { readTrainingTotals } from './training-data.js';

/** The users whose votes judge models, in no promised order. */
export async function readHeldBackUsers(session: WarehouseSession, signal: AbortSignal): Promise<string[]> {
  const { users } = await readTrainingTotals(session);
  const share = heldBackShare(users);
  const heldBack: string[] = [];
  for await (const batch of streamRows(session, VOTERS, signal)) {
    for (const user of batch.column('user_id') as readonly string[]) {
      if (isHeldBack(user, share)) heldBack.push(user);
    }
  }
  return heldBack;
}
