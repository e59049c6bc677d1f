import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LmdbCatalogueStore } from '../../src/datasources/catalogue/lmdb-catalogue-store.js';
import { LmdbFeatureStore } from '../../src/datasources/features/lmdb-feature-store.js';
import { FileModelStore } from '../../src/datasources/model-store/file-model-store.js';
import { FileRunStore } from '../../src/datasources/runs/file-run-store.js';
import { DuckDbWarehouse } from '../../src/datasources/warehouse/duckdb-warehouse.js';
import { optionId, pollId, runId } from '../../src/domain/ids.js';
import { DEFAULT_POLARITY } from '../../src/domain/polarity.js';
import type { Poll } from '../../src/domain/poll.js';
import { HOUR } from '../../src/domain/time.js';
import { OnnxSession } from '../../src/predictor/onnx-session.js';
import {
  meteredWarehouse,
  type SeenStatement,
  SNAPSHOT_BYTES,
} from '../../tests/support/metered-warehouse.js';
import { pollEvent } from '../../tests/support/poll-events.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import { unusedPort } from '../../tests/support/unused-port.js';
import { FLOW_NAMES, type StepDependencies, type StepResult } from '../flows/flow.js';
import { FLOWS, flowOf } from '../flows/index.js';
import { dryRunFlow } from './dry-run.js';
import { runStep } from './in-process.js';

const folders = tempFolders();
const closing: { close(): Promise<void> }[] = [];
afterAll(async () => {
  for (const part of closing.splice(0).reverse()) await part.close();
});

const RUN = runId('run-1');
const { signal } = new AbortController();

const poll = (place: number): Poll => ({
  id: pollId(`p${place}`),
  question: `Question ${place}?`,
  options: ['agree', 'disagree'].map((id) => ({ id: optionId(id), label: id })),
  topics: ['town'],
  language: 'en',
  authorId: null,
  createdAt: 1,
  closesAt: null,
  status: 'OPEN',
});

const events = Array.from({ length: 60 }, (_, user) =>
  Array.from({ length: 6 }, (__, place) =>
    pollEvent({
      user: `u${user}`,
      poll: `p${place}`,
      option: (user + place) % 2 === 0 ? 'agree' : 'disagree',
      at: (user + 7 * place) * HOUR,
    }),
  ),
).flat();

async function setting() {
  const folder = await folders.make();
  const runsFolder = join(folder, 'runs');
  const warehouse = await DuckDbWarehouse.open({ folder: join(folder, 'w'), runsFolder, clock: Date.now });
  const features = await LmdbFeatureStore.open({ folder: join(folder, 'f'), clock: Date.now });
  const catalogue = await LmdbCatalogueStore.open({ folder: join(folder, 'f') });
  closing.push(warehouse, features, catalogue);
  await warehouse.append({
    events,
    polls: Array.from({ length: 6 }, (_, place) => ({ poll: poll(place), recordedAt: 1 })),
  });
  const runs = await FileRunStore.open({ folder: runsFolder });
  const dependencies: StepDependencies = {
    warehouse,
    features,
    catalogue,
    neighbours: unusedPort('neighbours'),
    runs,
    modelStore: await FileModelStore.open({ folder: join(folder, 'models') }),
    models: unusedPort('models'),
    openModel: (path) => OnnxSession.load(path),
    polarity: DEFAULT_POLARITY,
    keepVersions: 2,
    clock: Date.now,
  };
  return { warehouse, runs, dependencies };
}

/** Who is held back is not known before a run. */
const comparable = ({ parameters: { held_back: _, ...parameters }, ...rest }: SeenStatement) => ({
  ...rest,
  parameters,
});

describe.each(FLOW_NAMES)('a dry run of %s', (name) => {
  it('tells the statements that the steps of a run then run, and each step what its own have billed', async () => {
    const { warehouse, dependencies } = await setting();
    const planned: SeenStatement[] = [];
    const plan = await dryRunFlow(flowOf(name), {
      warehouse: meteredWarehouse(warehouse, { onDryRun: (statement) => planned.push(statement) }),
      polarity: DEFAULT_POLARITY,
      signal,
    });
    const [extraction, ...told] = plan.statements;
    expect(extraction).toEqual({ step: 'extract', statement: 'extraction', table: null, bytes: null });
    expect(plan.bytes).toBe(planned.reduce((sum, { sql }) => sum + sql.length, 0));

    const ran: (SeenStatement & { readonly step: string })[] = [];
    const results: Record<string, StepResult> = {};
    for (const step of FLOWS[name].steps) {
      if (step.name === 'gate') break;
      const own: SeenStatement[] = [];
      results[step.name] = await runStep(
        {
          flow: FLOWS[name],
          step,
          runId: RUN,
          threads: 1,
          memoryMb: 512,
          signal,
          log: { info() {}, warn() {}, error() {} },
          progress() {},
        },
        {
          ...dependencies,
          warehouse: meteredWarehouse(warehouse, { onStatement: (statement) => own.push(statement) }),
        },
      );
      expect(results[step.name]?.bytesProcessed, step.name).toBe(
        own.reduce((sum, { sql }) => sum + sql.length, step.name === 'extract' ? SNAPSHOT_BYTES : 0),
      );
      ran.push(...own.map((statement) => ({ step: step.name, ...statement })));
    }
    // A table that is there already is not made again.
    const firstOfEachTable = ran.filter(
      ({ table }, place) => table === null || ran.findIndex((one) => one.table === table) === place,
    );
    expect(planned.map(comparable)).toEqual(firstOfEachTable.map(({ step: _, ...rest }) => comparable(rest)));
    expect(told.map(({ step, table }) => [step, table])).toEqual(
      firstOfEachTable.map(({ step, table }) => [step, table]),
    );
  });

  it('tells no bytes where the warehouse bills none, runs nothing and leaves nothing', async () => {
    const { warehouse, runs } = await setting();
    const before = await warehouse.snapshot();
    const plan = await dryRunFlow(flowOf(name), { warehouse, polarity: DEFAULT_POLARITY, signal });
    expect(plan.bytes).toBeNull();
    expect(plan.statements.map(({ bytes }) => bytes)).toEqual(plan.statements.map(() => null));
    expect(await warehouse.snapshot()).toEqual(before);
    expect(await runs.list(name)).toEqual([]);
  });
});

it('is called off between two statements', async () => {
  const { warehouse } = await setting();
  const stop = new AbortController();
  const asked: SeenStatement[] = [];
  const plan = dryRunFlow(flowOf('popular'), {
    warehouse: meteredWarehouse(warehouse, {
      onDryRun: (statement) => {
        asked.push(statement);
        stop.abort(new Error('enough'));
      },
    }),
    polarity: DEFAULT_POLARITY,
    signal: stop.signal,
  });
  await expect(plan).rejects.toThrow('enough');
  expect(asked).toHaveLength(1);
});
