import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileLeaseStore } from '../../src/datasources/leases/file-lease-store.js';
import { FileRunStore } from '../../src/datasources/runs/file-run-store.js';
import {
  type FlowRun,
  flowLease,
  lastFlowRun,
  readFlowRun,
  writeFlowRun,
} from '../../src/datasources/runs/flow-run.js';
import { HunchError, UnavailableError } from '../../src/domain/errors.js';
import { type RunId, runId } from '../../src/domain/ids.js';
import { DEFAULT_POLARITY } from '../../src/domain/polarity.js';
import { eventually } from '../../tests/support/eventually.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import { unusedPort } from '../../tests/support/unused-port.js';
import type { FlowDefinition, StepDefinition, StepFunction } from '../flows/flow.js';
import { FlowRunner } from './flow-runner.js';
import { inProcess } from './in-process.js';

const folders = tempFolders();
const log = { info() {}, warn() {}, error() {} };
const R1 = runId('r1');

/** A made-up step; it leaves `{ step: NAME }` unless it is told what to do. */
const step = (
  name: string,
  after: readonly string[] = [],
  run: StepFunction = async () => ({ step: name }),
  more: Partial<StepDefinition> = {},
): StepDefinition => ({
  name,
  description: name,
  after,
  retries: 0,
  timeoutSeconds: 30,
  size: 'small',
  load: async () => run,
  ...more,
});
const flowOf = (...steps: StepDefinition[]): FlowDefinition => ({
  name: 'popular',
  description: 'made up',
  schedule: '* * * * *',
  steps,
});

async function setting({
  keepRuns = 10,
  removeTables,
}: {
  keepRuns?: number;
  removeTables?: () => Promise<void>;
} = {}) {
  const folder = await folders.make();
  const runs = await FileRunStore.open({ folder: join(folder, 'runs') });
  const leases = await FileLeaseStore.open({ folder: join(folder, 'leases'), clock: Date.now });
  const removedTables: string[] = [];
  const runner = new FlowRunner({
    runs,
    leases,
    execute: inProcess({
      runs,
      warehouse: unusedPort('warehouse'),
      openModel: () => Promise.reject(new Error('no model is opened here')),
      features: unusedPort('features'),
      catalogue: unusedPort('catalogue'),
      neighbours: unusedPort('neighbours'),
      modelStore: unusedPort('model store'),
      models: unusedPort('models'),
      polarity: DEFAULT_POLARITY,
      keepVersions: 5,
      clock: Date.now,
    }),
    removeTables: removeTables ?? (async (_, run) => void removedTables.push(run)),
    clock: Date.now,
    log,
    backOff: { firstMs: 1, longestMs: 5 },
    keepRuns,
  });
  const run = (flow: FlowDefinition, id: RunId = R1, signal?: AbortSignal) =>
    runner.run(flow, { runId: id, threads: 1, memoryMb: 256, signal });
  return { runs, leases, runner, run, removedTables };
}

describe('FlowRunner', () => {
  it('starts a step when those before it are done, and gives it their results', async () => {
    const { run } = await setting();
    const order: string[] = [];
    const noting =
      (name: string): StepFunction =>
      async (context) => {
        order.push(name);
        const before = name === 'd' ? await context.result('a') : null;
        return { name, before, threads: context.threads, memory: context.memoryMb };
      };
    const flow = flowOf(
      step('d', ['b', 'c'], noting('d')),
      step('b', ['a'], noting('b')),
      step('c', ['a'], noting('c')),
      step('a', [], noting('a')),
    );
    const { run: done, results } = await run(flow);
    expect(done.state).toBe('SUCCEEDED');
    expect(order[0]).toBe('a');
    expect(order[3]).toBe('d');
    expect(results.d).toMatchObject({ before: { name: 'a' }, threads: 1, memory: 256 });
    expect(
      Object.values(done.steps).every(({ state, attempts }) => state === 'SUCCEEDED' && attempts === 1),
    ).toBe(true);
  });

  it('runs independent steps side by side', async () => {
    const { run } = await setting();
    const started = new Set<string>();
    // Each waits for the other to have begun: one after the other they would never end.
    const meeting =
      (name: string): StepFunction =>
      async () => {
        started.add(name);
        await eventually(() => started.size === 2);
        return {};
      };
    const flow = flowOf(
      step('x'),
      step('left', ['x'], meeting('left')),
      step('right', ['x'], meeting('right')),
    );
    expect((await run(flow)).run.state).toBe('SUCCEEDED');
  });

  it.each([
    ['an error that says trying again can help', new UnavailableError('away'), 4],
    ['an error that says it can not', new HunchError('INVALID_DATA', 'broken'), 1],
    ['any other error', new TypeError('a mistake'), 1],
  ])('tries again after %s: %s', async (_, error, tries) => {
    const { run } = await setting();
    let calls = 0;
    const failing: StepFunction = async () => {
      calls += 1;
      throw error;
    };
    const { run: done } = await run(flowOf(step('a', [], failing, { retries: 3 }), step('b', ['a'])));
    expect([calls, done.steps.a?.attempts]).toEqual([tries, tries]);
    expect(done).toMatchObject({
      state: 'FAILED',
      steps: { a: { state: 'FAILED' }, b: { state: 'PENDING' } },
    });
    expect(done.steps.a?.error?.message).toContain(error.message);
  });

  it('stops trying once a try succeeds', async () => {
    const { run } = await setting();
    let calls = 0;
    const flaky: StepFunction = async () => {
      calls += 1;
      if (calls < 3) throw new UnavailableError('away');
      return { calls };
    };
    const { run: done, results } = await run(flowOf(step('a', [], flaky, { retries: 5 })));
    expect(done.steps.a).toMatchObject({ state: 'SUCCEEDED', attempts: 3, error: null });
    expect(results.a).toEqual({ calls: 3 });
  });

  it('takes a failed run up where it stopped, and does no finished step twice', async () => {
    const { run } = await setting();
    const calls: string[] = [];
    let broken = true;
    const counting =
      (name: string, fails = () => false): StepFunction =>
      async () => {
        calls.push(name);
        if (fails()) throw new HunchError('INVALID_DATA', 'broken');
        return { name };
      };
    const flow = flowOf(
      step('a', [], counting('a')),
      step(
        'b',
        ['a'],
        counting('b', () => broken),
      ),
      step('beside', ['a'], counting('beside')),
      step('c', ['b'], counting('c')),
    );
    const first = await run(flow);
    expect(first.run.state).toBe('FAILED');
    // What does not depend on the failed step is done all the same.
    expect(first.run.steps.beside?.state).toBe('SUCCEEDED');
    broken = false;
    const second = await run(flow);
    expect(second.run).toMatchObject({ state: 'SUCCEEDED', startedAt: first.run.startedAt });
    expect(calls.toSorted()).toEqual(['a', 'b', 'b', 'beside', 'c']);
    const third = await run(flow);
    expect(third.run).toEqual(second.run);
    expect(third.results).toEqual(second.results);
    expect(calls).toHaveLength(5);
  });

  it('refuses a second run of the flow at the same time, naming the holder', async () => {
    const { run, leases } = await setting();
    const gate = new EventEmitter();
    const waiting: StepFunction = async () => ({ told: await once(gate, 'go') });
    const running = run(flowOf(step('a', [], waiting)));
    await eventually(async () => (await leases.holder(flowLease('popular'))) !== null);
    await expect(run(flowOf(step('a')), runId('r2'))).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('flow-popular@'),
      retryable: false,
    });
    await eventually(() => gate.emit('go'));
    expect((await running).run.state).toBe('SUCCEEDED');
    expect(await leases.holder(flowLease('popular'))).toBeNull();
  });

  it('stops a step whose time is up', async () => {
    const { run } = await setting();
    let stopped = false;
    const slow: StepFunction = ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          stopped = true;
          reject(signal.reason);
        });
      });
    const { run: done } = await run(flowOf(step('a', [], slow, { timeoutSeconds: 0.05, retries: 1 })));
    expect(stopped).toBe(true);
    expect(done.steps.a).toMatchObject({ state: 'FAILED', attempts: 2, error: { code: 'TIMED_OUT' } });
  });

  it('stops when it is called off, starts nothing more, and can be taken up again', async () => {
    const { run, leases } = await setting();
    const callOff = new AbortController();
    let patient = true;
    const waits: StepFunction = ({ signal }) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        if (patient) callOff.abort();
        else resolve({});
      });
    const flow = flowOf(step('a', [], waits, { retries: 5 }), step('b', ['a']));
    const { run: done } = await run(flow, R1, callOff.signal);
    expect(done).toMatchObject({
      state: 'FAILED',
      steps: { a: { state: 'FAILED', attempts: 1, error: { retryable: true } }, b: { state: 'PENDING' } },
    });
    expect(await leases.holder(flowLease('popular'))).toBeNull();
    patient = false;
    expect((await run(flow)).run.state).toBe('SUCCEEDED');
  });

  it.each([
    ['an unknown step', flowOf(step('a', ['nowhere'])), /no step "nowhere"/],
    ['a cycle', flowOf(step('a', ['c']), step('b', ['a']), step('c', ['b'])), /waits for itself/],
    ['a name twice', flowOf(step('a'), step('a')), /two steps named "a"/],
  ])('refuses a flow with %s', async (_, flow, message) => {
    const { run, leases } = await setting();
    await expect(run(flow)).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringMatching(message),
    });
    expect(await leases.holder(flowLease('popular'))).toBeNull();
  });

  it('lets a step read only what it comes after', async () => {
    const { run } = await setting();
    const curious: StepFunction = async ({ result }) => result('b');
    const { run: done } = await run(flowOf(step('b'), step('a', [], curious)));
    expect(done.steps.a?.error).toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining('does not come after'),
    });
  });

  it('marks a run that was killed as abandoned when the next begins', async () => {
    const { run, runs, leases } = await setting();
    const killed: FlowRun = {
      id: runId('r0'),
      flow: 'popular',
      state: 'RUNNING',
      startedAt: 1,
      finishedAt: null,
      heartbeat: 7,
      steps: {},
    };
    await writeFlowRun(runs, killed);
    expect(await lastFlowRun({ runs, leases }, 'popular')).toMatchObject({ id: 'r0', state: 'ABANDONED' });
    await run(flowOf(step('a')));
    expect(await readFlowRun(runs, 'popular', killed.id)).toMatchObject({
      state: 'ABANDONED',
      finishedAt: 7,
    });
    expect(await lastFlowRun({ runs, leases }, 'popular')).toMatchObject({ id: 'r1', state: 'SUCCEEDED' });
  });

  it('removes old runs, with what they left in the warehouse', async () => {
    const { run, runs, removedTables } = await setting({ keepRuns: 3 });
    const ids = Array.from({ length: 5 }, (_, n) => runId(`r${n}`));
    const fails: StepFunction = () => Promise.reject(new Error('a mistake'));
    for (const id of ids) await run(flowOf(step('a', [], fails)), id);
    expect(await runs.list('popular')).toEqual(['r4', 'r3', 'r2']);
    expect(removedTables).toEqual(['r0', 'r1']);
  });

  it('keeps the tables of a run while it may be taken up again, and its results for good', async () => {
    const { run, runs, removedTables } = await setting();
    let broken = true;
    const fails: StepFunction = async () => {
      if (broken) throw new Error('a mistake');
      return { done: true };
    };
    const flow = flowOf(step('a', [], fails));
    expect((await run(flow)).run.state).toBe('FAILED');
    expect(removedTables).toEqual([]);
    broken = false;
    expect((await run(flow)).run.state).toBe('SUCCEEDED');
    expect(removedTables).toEqual([R1]);
    expect((await run(flow)).results).toEqual({ a: { done: true } });
    expect(await runs.list('popular')).toEqual([R1]);
  });

  it('ends well where the tables of the run can not be removed', async () => {
    const { run } = await setting({
      removeTables: () => Promise.reject(new UnavailableError('the warehouse is away')),
    });
    expect((await run(flowOf(step('a')))).run.state).toBe('SUCCEEDED');
  });

  it('tells every change of the run', async () => {
    const { runner } = await setting();
    const states: string[] = [];
    const shares: number[] = [];
    const counting: StepFunction = async ({ progress }) => {
      progress(0.5);
      return {};
    };
    await runner.run(flowOf(step('a', [], counting)), {
      runId: R1,
      threads: 1,
      memoryMb: 256,
      onChange: (run) => states.push(`${run.state} ${run.steps.a?.state}`),
      onProgress: (_, done) => shares.push(done),
    });
    expect([...new Set(states)]).toEqual([
      'RUNNING PENDING',
      'RUNNING RUNNING',
      'RUNNING SUCCEEDED',
      'SUCCEEDED SUCCEEDED',
    ]);
    expect(shares).toEqual([0.5]);
  });
});
