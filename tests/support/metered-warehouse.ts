import type {
  SqlParameters,
  StatementCost,
  Warehouse,
  WarehouseDryRun,
  WarehouseSession,
} from '../../src/datasources/warehouse/warehouse.js';

/** A statement that was run, or would be. */
export interface SeenStatement {
  /** Null for a query. */
  readonly table: string | null;
  readonly sql: string;
  readonly parameters: SqlParameters;
}

/** What holding a snapshot is billed with. */
export const SNAPSHOT_BYTES = 1_000;

/**
 * The warehouse as one that bills each statement by the length of its text, telling `onStatement` what is run, and
 * `onDryRun` what is only asked for. All else is the warehouse's own doing.
 */
export function meteredWarehouse(
  warehouse: Warehouse,
  {
    onStatement = () => undefined,
    onDryRun = () => undefined,
  }: {
    readonly onStatement?: (statement: SeenStatement) => void;
    readonly onDryRun?: (statement: SeenStatement) => void;
  },
): Warehouse {
  return {
    append: (rows, options) => warehouse.append(rows, options),
    snapshot: () => warehouse.snapshot(),
    async holdSnapshot(flow, run, listeners) {
      listeners?.onProcessed?.(SNAPSHOT_BYTES);
      return warehouse.holdSnapshot(flow, run);
    },
    openSnapshot: (id) => warehouse.openSnapshot(id),
    session: async (options) => meteredSession(await warehouse.session(options), onStatement),
    dryRun: async (options) => meteredDryRun(await warehouse.dryRun(options), onDryRun),
    compact: () => warehouse.compact(),
    removeRun: (flow, run) => warehouse.removeRun(flow, run),
    ping: () => warehouse.ping(),
    close: () => warehouse.close(),
  };
}

function meteredSession(
  session: WarehouseSession,
  onStatement: (statement: SeenStatement) => void,
): WarehouseSession {
  let bytes = 0;
  const seen = (table: string | null, sql: string, parameters: SqlParameters = {}): void => {
    bytes += sql.length;
    onStatement({ table, sql, parameters });
  };
  return {
    materialise(table, sql, parameters) {
      seen(table, sql, parameters);
      return session.materialise(table, sql, parameters);
    },
    stream(sql, parameters, signal) {
      seen(null, sql, parameters);
      return session.stream(sql, parameters, signal);
    },
    all(sql, parameters) {
      seen(null, sql, parameters);
      return session.all(sql, parameters);
    },
    bytesProcessed: () => bytes,
    close: () => session.close(),
  };
}

function meteredDryRun(
  dryRun: WarehouseDryRun,
  onDryRun: (statement: SeenStatement) => void,
): WarehouseDryRun {
  const cost = (table: string | null, sql: string, parameters: SqlParameters = {}): StatementCost => {
    onDryRun({ table, sql, parameters });
    return { bytes: sql.length };
  };
  return {
    extraction: () => dryRun.extraction(),
    async materialise(table, sql, parameters) {
      await dryRun.materialise(table, sql, parameters);
      return cost(table, sql, parameters);
    },
    async query(sql, parameters) {
      await dryRun.query(sql, parameters);
      return cost(null, sql, parameters);
    },
    close: () => dryRun.close(),
  };
}
