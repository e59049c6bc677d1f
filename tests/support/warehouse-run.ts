import type { FlowName, StepContext, StepDependencies } from '../../jobs/flows/flow.js';
import { DuckDbWarehouse } from '../../src/datasources/warehouse/duckdb-warehouse.js';
import { runId } from '../../src/domain/ids.js';
import { DEFAULT_POLARITY } from '../../src/domain/polarity.js';
import { pollEvent } from './poll-events.js';
import { unusedPort } from './unused-port.js';

export interface WarehouseRunOptions {
  readonly flow: FlowName;
  /** Recording of the only event; null for an empty warehouse. */
  readonly through: number | null;
  /** Result tables of the run, each as the statement that makes it. */
  readonly tables: Readonly<Record<string, string>>;
}

/** What a step sees of a run whose tables are there already. Whoever opens it closes `warehouse`. */
export interface WarehouseRun {
  readonly warehouse: DuckDbWarehouse;
  readonly context: StepContext;
  /** With ports that fail when they are used; put those in their place that the step wants. */
  readonly dependencies: StepDependencies;
}

export async function warehouseRun(folder: string, options: WarehouseRunOptions): Promise<WarehouseRun> {
  const { flow, through, tables } = options;
  const clock = (): number => through ?? 0;
  const warehouse = await DuckDbWarehouse.open({
    folder: `${folder}/warehouse`,
    runsFolder: `${folder}/runs`,
    clock,
  });
  if (through !== null) await warehouse.append({ events: [pollEvent({ at: through })] });
  const snapshot = await warehouse.snapshot();
  const run = runId('run-1');
  const session = await warehouse.session({ snapshot, flow, run });
  for (const [table, statement] of Object.entries(tables)) await session.materialise(table, statement);
  await session.close();
  return {
    warehouse,
    context: {
      flow,
      runId: run,
      result: async () => ({ snapshot: snapshot.id, through: snapshot.through }),
      threads: 1,
      memoryMb: 256,
      signal: new AbortController().signal,
      log: { info() {}, warn() {}, error() {} },
      progress() {},
      processed() {},
    },
    dependencies: {
      warehouse,
      features: unusedPort('features'),
      catalogue: unusedPort('catalogue'),
      neighbours: unusedPort('neighbours'),
      modelStore: unusedPort('modelStore'),
      runs: unusedPort('runs'),
      models: unusedPort('models'),
      openModel: () => Promise.reject(new Error('no model is opened here')),
      polarity: DEFAULT_POLARITY,
      keepVersions: 2,
      clock,
    },
  };
}
