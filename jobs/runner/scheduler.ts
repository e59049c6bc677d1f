import { schedule } from 'node-cron';
import { HunchError } from '../../src/domain/errors.js';
import type { Clock, Millis } from '../../src/domain/time.js';
import { type CronSchedule, checkSchedule, nextTimes } from '../../src/platform/cron.js';
import type { FlowName, Logger } from '../flows/flow.js';

export interface SchedulerOptions {
  readonly schedules: Readonly<Record<FlowName, CronSchedule>>;
  /** Runs a flow to its end; rejects where it failed, with CONFLICT where it runs elsewhere. Stops when `signal` aborts. */
  readonly run: (flow: FlowName, signal: AbortSignal) => Promise<void>;
  /** When the last run of a flow was started; null before the first. */
  readonly lastStart: (flow: FlowName) => Promise<Millis | null>;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Scheduler {
  /** Starts nothing more; runs in hand get `graceMs` to end by themselves, then they are called off. */
  stop(options?: { readonly graceMs?: Millis }): Promise<void>;
}

/** Runs flows by the clock, from now on. Throws INVALID_CONFIGURATION for a schedule that is none. */
export async function startScheduler(options: SchedulerOptions): Promise<Scheduler> {
  const flows = Object.entries(options.schedules) as [FlowName, CronSchedule][];
  for (const [, cron] of flows) checkSchedule(cron);
  const runs = new RunsInHand(options);
  const tasks = flows.map(([flow, { expression, timeZone }]) =>
    schedule(expression, () => runs.start(flow), { timezone: timeZone, name: flow }),
  );
  for (const [flow, cron] of flows) if (await isOverdue(flow, cron, options)) void runs.start(flow);
  return {
    async stop({ graceMs = 0 } = {}) {
      for (const task of tasks) await task.destroy();
      await runs.drain(graceMs);
    },
  };
}

/** Whether the last run was started longer ago than the time between two runs: then one was missed, or none was ever made. */
async function isOverdue(flow: FlowName, cron: CronSchedule, options: SchedulerOptions): Promise<boolean> {
  const last = await options.lastStart(flow);
  if (last === null) return true;
  const [next = 0, following = 0] = nextTimes(cron, 2);
  return options.clock() - last > following - next;
}

/** The runs that this scheduler has started: one a flow at a time. */
class RunsInHand {
  readonly #options: SchedulerOptions;
  readonly #callOff = new AbortController();
  readonly #running = new Map<FlowName, Promise<void>>();
  #draining = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  /** Resolves when the run has ended, well or not. */
  start(flow: FlowName): Promise<void> {
    const running = this.#running.get(flow);
    if (running !== undefined || this.#draining) return running ?? Promise.resolve();
    const run = this.#run(flow).finally(() => this.#running.delete(flow));
    this.#running.set(flow, run);
    return run;
  }

  async drain(graceMs: Millis): Promise<void> {
    this.#draining = true;
    const timer = setTimeout(() => this.#callOff.abort(), graceMs);
    await Promise.all(this.#running.values());
    clearTimeout(timer);
  }

  async #run(flow: FlowName): Promise<void> {
    const { run, log } = this.#options;
    log.info({ flow }, 'running a flow');
    try {
      await run(flow, this.#callOff.signal);
      log.info({ flow }, 'the flow is done');
    } catch (error) {
      if (this.#callOff.signal.aborted)
        log.warn({ flow }, 'the flow was called off; its next run starts anew');
      else if (error instanceof HunchError && error.code === 'CONFLICT') log.warn({ flow }, error.message);
      else log.error({ flow, err: error }, 'the flow failed');
    }
  }
}
