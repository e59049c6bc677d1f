import { afterEach, describe, expect, it } from 'vitest';
import { HunchError } from '../../src/domain/errors.js';
import { HOUR, type Millis } from '../../src/domain/time.js';
import { eventually } from '../../tests/support/eventually.js';
import type { FlowName } from '../flows/flow.js';
import { type Scheduler, type SchedulerOptions, startScheduler } from './scheduler.js';

const started: Scheduler[] = [];
afterEach(async () => {
  for (const scheduler of started.splice(0)) await scheduler.stop();
});

const ONCE_A_YEAR = { expression: '0 0 1 1 *', timeZone: 'UTC' };
const EVERY_SECOND = { expression: '* * * * * *', timeZone: 'UTC' };

async function setting(options: Partial<SchedulerOptions> = {}) {
  const runs: { readonly flow: FlowName; readonly signal: AbortSignal }[] = [];
  const told: string[] = [];
  const tell = (_: object, message: string): void => void told.push(message);
  const { run, ...others } = options;
  const scheduler = await startScheduler({
    schedules: { personalise: ONCE_A_YEAR, popular: ONCE_A_YEAR },
    lastStart: async () => Date.now(),
    clock: Date.now,
    log: { info: tell, warn: tell, error: tell },
    ...others,
    run: async (flow, signal) => {
      runs.push({ flow, signal });
      await run?.(flow, signal);
    },
  });
  started.push(scheduler);
  return { scheduler, runs, told };
}

/** Resolves when the signal aborts, as a run that is called off ends. */
const untilAborted = (_: FlowName, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve()));

describe('startScheduler', () => {
  it('runs a flow when its time comes, again and again', async () => {
    const { runs } = await setting({ schedules: { personalise: ONCE_A_YEAR, popular: EVERY_SECOND } });
    expect(runs).toEqual([]);
    await eventually(() => runs.length >= 2);
    expect(new Set(runs.map(({ flow }) => flow))).toEqual(new Set(['popular']));
  });

  it('does not run a flow beside itself', async () => {
    const { runs, scheduler } = await setting({
      schedules: { personalise: EVERY_SECOND, popular: EVERY_SECOND },
      run: (flow, signal) => (flow === 'popular' ? untilAborted(flow, signal) : Promise.resolve()),
    });
    await eventually(() => runs.filter(({ flow }) => flow === 'personalise').length >= 2);
    expect(runs.filter(({ flow }) => flow === 'popular')).toHaveLength(1);
    await scheduler.stop();
  });

  it('catches up at once on a flow whose last run is older than its period, or that never ran', async () => {
    const last: Record<FlowName, Millis | null> = { personalise: Date.now() - HOUR, popular: null };
    const hourly = { expression: '0 * * * *', timeZone: 'UTC' };
    const first = await setting({
      schedules: { personalise: hourly, popular: hourly },
      lastStart: async (flow) => last[flow],
      clock: () => Date.now() + 1,
    });
    expect(first.runs.map(({ flow }) => flow)).toEqual(['personalise', 'popular']);
    const fresh = await setting({
      schedules: { personalise: hourly, popular: hourly },
      lastStart: async () => Date.now() - HOUR / 2,
    });
    expect(fresh.runs).toEqual([]);
  });

  it('goes on after a run that failed, and tells of it', async () => {
    let conflict = true;
    const { runs, told } = await setting({
      schedules: { personalise: ONCE_A_YEAR, popular: EVERY_SECOND },
      run: async () => {
        conflict = !conflict;
        throw conflict ? new HunchError('CONFLICT', 'popular is running already') : new Error('broken');
      },
    });
    await eventually(() => runs.length >= 2);
    expect(told).toContain('the flow failed');
    expect(told).toContain('popular is running already');
  });

  it('lets a run in hand end before it stops, and calls it off when the time is up', async () => {
    let finish = (): void => {};
    const patient = await setting({
      lastStart: async (flow) => (flow === 'popular' ? null : Date.now()),
      run: () => new Promise((resolve) => (finish = resolve)),
    });
    const stopped = patient.scheduler.stop({ graceMs: HOUR });
    finish();
    await stopped;
    expect(patient.runs[0]?.signal.aborted).toBe(false);

    const impatient = await setting({
      lastStart: async (flow) => (flow === 'popular' ? null : Date.now()),
      run: untilAborted,
    });
    await impatient.scheduler.stop({ graceMs: 10 });
    expect(impatient.runs[0]?.signal.aborted).toBe(true);
    expect(impatient.told.at(-1)).toMatch(/the flow is done|called off/);
  });

  it('refuses a schedule that is none', async () => {
    const broken = { expression: 'never', timeZone: 'UTC' };
    await expect(setting({ schedules: { personalise: broken, popular: broken } })).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
    });
  });
});
