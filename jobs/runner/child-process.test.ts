import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileLeaseStore } from '../../src/datasources/leases/file-lease-store.js';
import { FileRunStore } from '../../src/datasources/runs/file-run-store.js';
import { lastFlowRun, readFlowRun } from '../../src/datasources/runs/flow-run.js';
import { runId } from '../../src/domain/ids.js';
import { fakeFlow } from '../../tests/fixtures/fake-flow.js';
import { eventually } from '../../tests/support/eventually.js';
import { childProcesses } from '../../tests/support/processes.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import { fixtureCommand, startFixture } from '../../tests/support/typescript-process.js';
import { childProcess } from './child-process.js';
import { FlowRunner } from './flow-runner.js';

const folders = tempFolders();
const processes = childProcesses();

async function setting() {
  const folder = await folders.make();
  const runs = await FileRunStore.open({ folder: join(folder, 'runs') });
  const leases = await FileLeaseStore.open({ folder: join(folder, 'leases'), clock: Date.now });
  const lines: string[] = [];
  const runner = new FlowRunner({
    runs,
    leases,
    execute: childProcess({
      command: [...fixtureCommand('fake-step'), folder],
      onLine: (line) => lines.push(line),
    }),
    removeTables: async () => undefined,
    clock: Date.now,
    log: { info() {}, warn() {}, error() {} },
    backOff: { firstMs: 1, longestMs: 5 },
  });
  const file = (name: string): string => join(folder, name);
  /** The steps that have begun, with their processes. */
  const begun = async () =>
    (await readFile(file('log'), 'utf8').catch(() => ''))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(' '))
      .map(([name = '', pid = '']) => ({ name, pid: Number(pid) }));
  return { folder, runs, leases, runner, lines, file, begun, flow: fakeFlow(folder) };
}

const options = (id: string) => ({ runId: runId(id), threads: 2, memoryMb: 256 });

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Processes start slowly on a busy machine. */
const PATIENCE = { deadlineMs: 40_000 };

describe('a flow with a process a step', { timeout: 60_000 }, () => {
  it('runs each step in a process of its own and passes results, log and progress on', async () => {
    const { runner, flow, file, begun, lines } = await setting();
    await writeFile(file('go'), '');
    const shares: number[] = [];
    const { run, results } = await runner.run(flow, {
      ...options('r1'),
      onProgress: (_, done) => shares.push(done),
    });
    expect(run.state).toBe('SUCCEEDED');
    expect(results).toEqual({ one: { threads: 2 }, two: { one: { threads: 2 } }, three: { last: true } });
    const pids = new Set((await begun()).map(({ pid }) => pid));
    expect(pids.size).toBe(3);
    expect(pids.has(process.pid)).toBe(false);
    expect(shares).toEqual([0.5]);
    expect(lines).toContain('log line of two');
  });

  it('tries again what a child calls worth it, and a child that crashed is none of it', async () => {
    const { runner, flow, file, begun } = await setting();
    await writeFile(file('away'), '');
    const away = await runner.run(flow, options('r1'));
    expect(away.run.steps.one).toMatchObject({
      attempts: 2,
      error: { code: 'UNAVAILABLE', message: 'the service is away', retryable: true },
    });
    await rm(file('away'));
    await writeFile(file('crash'), '');
    const crashed = await runner.run(flow, options('r2'));
    expect(crashed.run.steps.one).toMatchObject({
      attempts: 1,
      error: { message: expect.stringContaining('exit code 9'), retryable: false },
    });
    expect(await begun()).toHaveLength(3);
  });

  it('stops the child when the run is called off', async () => {
    const { runner, flow, begun } = await setting();
    const callOff = new AbortController();
    const running = runner.run(flow, { ...options('r1'), signal: callOff.signal });
    const { pid } = await eventually(
      async () => (await begun()).find(({ name }) => name === 'two'),
      PATIENCE,
    );
    callOff.abort();
    const { run } = await running;
    expect(run).toMatchObject({
      state: 'FAILED',
      steps: { two: { state: 'FAILED' }, three: { attempts: 0 } },
    });
    expect(isAlive(pid)).toBe(false);
  });

  it('is abandoned when its process is killed half-way, takes its children along, and goes on where it stopped', async () => {
    const { folder, runner, flow, runs, leases, file, begun } = await setting();
    const child = startFixture(processes, 'run-flow', [folder, 'r1']);
    const { pid } = await eventually(
      async () => (await begun()).find(({ name }) => name === 'two'),
      PATIENCE,
    );
    expect(await lastFlowRun({ runs, leases }, 'popular')).toMatchObject({ id: 'r1', state: 'RUNNING' });
    child.signal('SIGKILL');
    await child.exited;
    expect(await lastFlowRun({ runs, leases }, 'popular')).toMatchObject({ id: 'r1', state: 'ABANDONED' });
    await eventually(() => !isAlive(pid), PATIENCE);

    await writeFile(file('go'), '');
    const { run } = await runner.run(flow, options('r1'));
    expect(run).toMatchObject({
      state: 'SUCCEEDED',
      steps: { one: { attempts: 1 }, two: { attempts: 2 }, three: { attempts: 1 } },
    });
    expect((await begun()).map(({ name }) => name)).toEqual(['one', 'two', 'two', 'three']);
  });

  it('leaves a clean start to the next run after one was killed', async () => {
    const { folder, runner, flow, runs, file, begun } = await setting();
    const child = startFixture(processes, 'run-flow', [folder, 'r1']);
    await eventually(async () => (await begun()).some(({ name }) => name === 'two'), PATIENCE);
    child.signal('SIGKILL');
    await child.exited;
    await writeFile(file('go'), '');
    const { run } = await runner.run(flow, options('r2'));
    expect(run).toMatchObject({ id: 'r2', state: 'SUCCEEDED', steps: { one: { attempts: 1 } } });
    expect(await readFlowRun(runs, 'popular', runId('r1'))).toMatchObject({ state: 'ABANDONED' });
  });
});
