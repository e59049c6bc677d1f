import { afterEach } from 'vitest';
import type {
  SessionOptions,
  Warehouse,
  WarehouseSession,
} from '../../src/datasources/warehouse/warehouse.js';
import { runId } from '../../src/domain/ids.js';
import type { Millis } from '../../src/domain/time.js';

export interface WarehouseSetting {
  /** A warehouse on the same data as all others of this setting, as another process would open it. */
  open(): Promise<Warehouse>;
  /** Lets time pass for all of them. */
  pass(time: Millis): void;
}

/** Call it in the body of a suite: opens warehouses and sessions, and closes them after each test, the last one first. */
export function warehouseBench(setting: () => Promise<WarehouseSetting>) {
  const closing: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const part of closing.splice(0).reverse()) await part.close();
  });
  return async () => {
    const { open, pass } = await setting();
    const other = async (): Promise<Warehouse> => {
      const warehouse = await open();
      closing.push(warehouse);
      return warehouse;
    };
    const warehouse = await other();
    const read = async (
      options: Partial<SessionOptions> = {},
      from = warehouse,
    ): Promise<WarehouseSession> => {
      const snapshot = options.snapshot ?? (await from.snapshot());
      const session = await from.session({ flow: 'flow', run: runId('run'), ...options, snapshot });
      closing.push(session);
      return session;
    };
    return { warehouse, other, read, pass };
  };
}
