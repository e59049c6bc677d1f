import type { StatementCost, Warehouse } from '../../src/datasources/warehouse/warehouse.js';
import { runId } from '../../src/domain/ids.js';
import type { Polarity } from '../../src/domain/polarity.js';
import type { FlowDefinition } from '../flows/flow.js';
import { flowStatements } from '../sql/flow-statements.js';
import { sqlOf } from '../sql/statement.js';

/** A statement that a step would run. */
export interface PlannedStatement {
  readonly step: string;
  /** Its file in jobs/sql; `extraction` for what the warehouse would read of the app's own tables. */
  readonly statement: string;
  /** The table of the run that it would make; null where its rows are read as they come. */
  readonly table: string | null;
  /** What it would read; null where the warehouse does not tell. */
  readonly bytes: number | null;
}

export interface FlowPlan {
  readonly flow: string;
  readonly statements: readonly PlannedStatement[];
  /** Of all statements that tell; null where none does. */
  readonly bytes: number | null;
}

export interface DryRunOptions {
  readonly warehouse: Warehouse;
  readonly polarity: Polarity;
  readonly signal: AbortSignal;
}

/**
 * What a run of the flow would ask of the warehouse now. Nothing is run, no run begins, and nothing stays. Rejects as the run
 * would where a statement, a table or a column is wrong.
 */
export async function dryRunFlow(
  flow: FlowDefinition,
  { warehouse, polarity, signal }: DryRunOptions,
): Promise<FlowPlan> {
  const dryRun = await warehouse.dryRun({
    snapshot: await warehouse.snapshot(),
    flow: flow.name,
    run: runId('dry-run'),
  });
  const statements: PlannedStatement[] = [];
  try {
    const { bytes } = await dryRun.extraction();
    statements.push({ step: 'extract', statement: 'extraction', table: null, bytes });
    const byStep = flowStatements(flow.name, polarity);
    const made = new Set<string>();
    for (const { name: step } of flow.steps) {
      for (const statement of byStep[step] ?? []) {
        signal.throwIfAborted();
        const { name, table, parameters } = statement;
        // A table that is there already is not made again.
        if (table !== null && made.has(table)) continue;
        const sql = await sqlOf(statement);
        const cost: StatementCost =
          table === null
            ? await dryRun.query(sql, parameters)
            : await dryRun.materialise(table, sql, parameters);
        if (table !== null) made.add(table);
        statements.push({ step, statement: name, table, bytes: cost.bytes });
      }
    }
  } finally {
    await dryRun.close();
  }
  return { flow: flow.name, statements, bytes: sumOf(statements) };
}

const sumOf = (statements: readonly PlannedStatement[]): number | null =>
  statements.reduce<number | null>((sum, { bytes }) => (bytes === null ? sum : (sum ?? 0) + bytes), null);
