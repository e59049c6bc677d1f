import { join } from 'node:path';
import type {
  FlowName,
  StepContext,
  StepDependencies,
  StepFunction,
  StepResult,
} from '../../jobs/flows/flow.js';
import { writeStepResult } from '../../jobs/runner/step-result.js';
import { FileRunStore } from '../../src/datasources/runs/file-run-store.js';
import { DuckDbWarehouse } from '../../src/datasources/warehouse/duckdb-warehouse.js';
import type { Warehouse, WarehouseRows } from '../../src/datasources/warehouse/warehouse.js';
import { HunchError } from '../../src/domain/errors.js';
import { type RunId, runId } from '../../src/domain/ids.js';
import { DEFAULT_POLARITY } from '../../src/domain/polarity.js';
import { unusedPort } from './unused-port.js';

export type NamedSteps = Readonly<Record<string, StepFunction>>;

/** A warehouse and a run store, and steps run on them one after the other as a runner would. */
export class StepBench {
  readonly warehouse: Warehouse;
  readonly runs: FileRunStore;
  readonly warnings: object[] = [];

  private constructor(warehouse: Warehouse, runs: FileRunStore) {
    this.warehouse = warehouse;
    this.runs = runs;
  }

  /** Over the embedded warehouse in the folder, or over the one given, which it closes in the end. */
  static async open(folder: string, warehouse?: Warehouse): Promise<StepBench> {
    const runsFolder = join(folder, 'runs');
    const runs = await FileRunStore.open({ folder: runsFolder });
    const over =
      warehouse ?? (await DuckDbWarehouse.open({ folder: join(folder, 'w'), runsFolder, clock: Date.now }));
    return new StepBench(over, runs);
  }

  async add(...batches: readonly WarehouseRows[]): Promise<void> {
    for (const rows of batches) await this.warehouse.append(rows);
  }

  /** The results of the steps, by name. */
  async run(
    steps: NamedSteps,
    {
      flow = 'personalise' as FlowName,
      run = runId('run'),
      memoryMb = 512,
      signal = new AbortController().signal,
      progress = (_done: number): void => undefined,
    } = {},
  ): Promise<Record<string, StepResult>> {
    const results: Record<string, StepResult> = {};
    const context: StepContext = {
      flow,
      runId: run,
      result: async (step) => {
        const result = results[step];
        if (result === undefined) throw new HunchError('FLOW_FAILED', `${step} has no result`);
        return result;
      },
      threads: 2,
      memoryMb,
      signal,
      log: { info() {}, warn: (fields) => this.warnings.push(fields), error() {} },
      progress,
      processed() {},
    };
    const dependencies: StepDependencies = {
      warehouse: this.warehouse,
      runs: this.runs,
      polarity: DEFAULT_POLARITY,
      features: unusedPort('features'),
      catalogue: unusedPort('catalogue'),
      neighbours: unusedPort('neighbours'),
      modelStore: unusedPort('modelStore'),
      models: unusedPort('models'),
      openModel: unusedPort('openModel'),
      keepVersions: 2,
      clock: Date.now,
    };
    for (const [name, step] of Object.entries(steps)) {
      results[name] = await step(context, dependencies);
      await writeStepResult(this.runs, { flow, run, step: name }, results[name]);
    }
    return results;
  }

  /** Rows of the run's tables and of the warehouse as it is now. */
  async all(
    sql: string,
    { flow = 'personalise' as FlowName, run = runId('run') as RunId } = {},
  ): Promise<Record<string, unknown>[]> {
    const session = await this.warehouse.session({ snapshot: await this.warehouse.snapshot(), flow, run });
    try {
      return await session.all(sql);
    } finally {
      await session.close();
    }
  }

  close(): Promise<void> {
    return this.warehouse.close();
  }
}
