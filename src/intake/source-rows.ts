import type { Warehouse } from '../datasources/warehouse/warehouse.js';
import { runId } from '../domain/ids.js';

/** What a statement over the source tables gives, read from the newest state of the warehouse. For small results. */
export async function sourceRows(warehouse: Warehouse, sql: string): Promise<Record<string, unknown>[]> {
  const snapshot = await warehouse.snapshot();
  const session = await warehouse.session({ snapshot, flow: 'import', run: runId('sources') });
  try {
    return await session.all(sql);
  } finally {
    await session.close();
  }
}
