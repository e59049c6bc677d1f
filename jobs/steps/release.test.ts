import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileModelStore } from '../../src/datasources/model-store/file-model-store.js';
import { FileRunStore } from '../../src/datasources/runs/file-run-store.js';
import { modelVersion, type RunId, runId } from '../../src/domain/ids.js';
import { DEFAULT_POLARITY } from '../../src/domain/polarity.js';
import { Registry } from '../../src/registry/registry.js';
import { FakeReplicas } from '../../tests/support/fake-replicas.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import { unusedPort } from '../../tests/support/unused-port.js';
import type { FlowDefinition, StepContext, StepDependencies, StepResult } from '../flows/flow.js';
import { RELEASE_STEPS } from '../flows/release-steps.js';
import { runStep } from '../runner/in-process.js';
import { readStepResult, writeStepResult } from '../runner/step-result.js';
import { publishStep } from './publish.js';

const folders = tempFolders();
const log = { info() {}, warn() {}, error() {} };

/** A flow that has been evaluated: the end of every flow, after steps that are done. */
const flow: FlowDefinition = {
  name: 'popular',
  description: 'the end of a flow',
  schedule: '0 0 * * *',
  steps: [
    ...['extract', 'score', 'evaluate'].map((name, index, all) => ({
      name,
      description: name,
      after: index === 0 ? [] : [all[index - 1] ?? ''],
      retries: 0,
      timeoutSeconds: 1,
      size: 'small' as const,
      load: () => Promise.reject(new Error(`${name} is done already`)),
    })),
    ...RELEASE_STEPS,
  ],
};

async function setting() {
  const folder = await folders.make();
  const models = new FakeReplicas();
  let now = Date.UTC(2026, 0, 1);
  const dependencies: StepDependencies = {
    runs: await FileRunStore.open({ folder: join(folder, 'runs') }),
    modelStore: await FileModelStore.open({ folder: join(folder, 'models') }),
    models,
    warehouse: unusedPort('warehouse'),
    openModel: () => Promise.reject(new Error('no model is opened here')),
    features: unusedPort('features'),
    catalogue: unusedPort('catalogue'),
    neighbours: unusedPort('neighbours'),
    polarity: DEFAULT_POLARITY,
    keepVersions: 2,
    // A minute passes with each look.
    clock: () => (now += 60_000),
  };
  const registry = new Registry(dependencies);

  /** Leaves what the steps before the release leave. */
  async function evaluated(id: RunId, evaluation: StepResult = {}): Promise<void> {
    const { runs } = dependencies;
    const file = 'model/popular/model.onnx';
    const staged = await runs.stageFile('popular', id, file);
    await writeFile(staged, `model of ${id}`);
    await runs.commitFile('popular', id, file, staged);
    const results: Record<string, StepResult> = {
      extract: { snapshot: 's1' },
      score: { files: [file], parameters: { halfLifeDays: 3, topics: ['a'] }, dataThrough: 17 },
      evaluate: {
        challenger: { exposedAuc: 0.7 },
        champion: null,
        championVersion: null,
        users: 0,
        polls: 10,
        comparisons: {},
        ...evaluation,
      },
    };
    for (const [step, result] of Object.entries(results)) {
      await writeStepResult(runs, { flow: 'popular', run: id, step }, result);
    }
  }

  async function release(id: RunId): Promise<Record<string, StepResult>> {
    const results: Record<string, StepResult> = {};
    for (const step of RELEASE_STEPS) {
      results[step.name] = await runStep(
        {
          flow,
          step,
          runId: id,
          threads: 1,
          memoryMb: 256,
          signal: new AbortController().signal,
          log,
          progress: () => undefined,
        },
        dependencies,
      );
    }
    return results;
  }
  return { dependencies, registry, models, evaluated, release };
}

describe('gate, publish, roll-out and announce', () => {
  it('bring a trained model to the replicas, with its card and where it comes from', async () => {
    const { dependencies, registry, evaluated, release } = await setting();
    await evaluated(runId('r1'));
    const results = await release(runId('r1'));
    const version = String(results.publish?.version);
    expect(version).toMatch(/^20260101T\d{6}Z-[0-9a-f]{6}$/);
    expect(results['roll-out']).toMatchObject({ version, previousVersion: null, replicas: 0 });
    expect(results['roll-out']?.note).toMatch(/No replica is up/);
    expect(results.announce).toEqual({ version, removed: [] });
    const document = await registry.read('POPULAR');
    expect(document).toMatchObject({
      champion: version,
      versions: [
        {
          version,
          state: 'CHAMPION',
          runId: 'r1',
          dataThrough: 17,
          metrics: [{ name: 'exposedAuc', value: 0.7 }],
          parameters: { halfLifeDays: 3, topics: '["a"]', snapshot: 's1' },
          checksums: { 'popular/model.onnx': expect.stringMatching(/^[0-9a-f]{64}$/) },
        },
      ],
    });
    expect(document.history.map(({ act }) => act)).toEqual(['PUBLISHED', 'PROMOTED', 'ANNOUNCED']);
    expect(await dependencies.modelStore.current('POPULAR')).toBe(version);
    const folder = await dependencies.modelStore.fetchVersion('POPULAR', modelVersion(version));
    expect(await readFile(join(folder, 'popular', 'model.onnx'), 'utf8')).toBe('model of r1');
    const card = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'));
    expect(card).toMatchObject({ model: 'POPULAR', version, runId: 'r1', dataThrough: 17 });
    expect(card).not.toHaveProperty('state');
  });

  it('publish nothing where the gate refuses, and say why as a result', async () => {
    const { registry, evaluated, release } = await setting();
    await evaluated(runId('r1'), { polls: 0 });
    const results = await release(runId('r1'));
    expect(results.gate).toMatchObject({ verdict: 'REJECT' });
    const skipped = { skipped: 'The model is empty: it can give no poll.' };
    expect(results).toMatchObject({ publish: skipped, 'roll-out': skipped, announce: skipped });
    expect((await registry.read('POPULAR')).versions).toEqual([]);
  });

  it('publish one version, however often the step is tried', async () => {
    const { dependencies, registry, evaluated } = await setting();
    const id = runId('r1');
    await evaluated(id);
    const { signal } = new AbortController();
    const context: StepContext = {
      flow: 'popular',
      runId: id,
      result: async (step) =>
        step === 'gate'
          ? { verdict: 'PASS', reason: 'as told' }
          : ((await readStepResult(dependencies.runs, { flow: 'popular', run: id }, step)) ?? expect.fail()),
      threads: 1,
      memoryMb: 256,
      signal,
      log,
      progress: () => undefined,
      processed: () => undefined,
    };
    // As when the process was killed after publishing, before it could leave its result.
    const first = await publishStep(context, dependencies);
    expect(await publishStep(context, dependencies)).toEqual(first);
    expect(await dependencies.modelStore.versions('POPULAR')).toEqual([first.version]);
    expect((await registry.read('POPULAR')).history).toHaveLength(1);
  });

  it('keep the newest versions and remove the rest', async () => {
    const { dependencies, evaluated, release } = await setting();
    for (const id of ['r1', 'r2', 'r3', 'r4']) {
      await evaluated(runId(id));
      await release(runId(id));
    }
    expect(await dependencies.modelStore.versions('POPULAR')).toHaveLength(2);
  });
});
