import type { LeaseStore } from '../../src/datasources/leases/lease-store.js';
import { type FlowRun, flowLease, listFlowRuns, writeFlowRun } from '../../src/datasources/runs/flow-run.js';
import type { RunStore } from '../../src/datasources/runs/run-store.js';
import { HunchError } from '../../src/domain/errors.js';
import type { RunId } from '../../src/domain/ids.js';
import type { Clock } from '../../src/domain/time.js';
import type { FlowDefinition, Logger, StepResult } from '../flows/flow.js';
import { RunJournal } from './run-journal.js';
import { checkFlow } from './step-graph.js';
import type { StepExecutor } from './step-request.js';
import { readStepResult } from './step-result.js';
import { StepScheduler } from './step-scheduler.js';
import type { BackOff } from './step-tries.js';

export interface FlowRunnerParts {
  readonly runs: RunStore;
  readonly leases: LeaseStore;
  readonly execute: StepExecutor;
  /** Deletes what a run has left in the warehouse. */
  readonly removeTables: (flow: string, run: RunId) => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly backOff?: BackOff;
  /** How many runs of a flow stay; 10 where absent. */
  readonly keepRuns?: number;
}

export interface FlowRunOptions {
  /** The same id again takes an interrupted run up where it stopped; a run that has succeeded does no work. */
  readonly runId: RunId;
  readonly threads: number;
  readonly memoryMb: number;
  /** Calls the run off: steps in hand are stopped, and the run can be taken up again. */
  readonly signal?: AbortSignal | undefined;
  /** Told of every change of the run. */
  readonly onChange?: (run: FlowRun) => void;
  /** Told how far a step is, 0 to 1. */
  readonly onProgress?: (step: string, done: number) => void;
}

export interface FlowOutcome {
  readonly run: FlowRun;
  /** By step; those that are done. */
  readonly results: Readonly<Record<string, StepResult>>;
}

const KEPT_RUNS = 10;

/** Runs flows, one run of a flow at a time over all processes. */
export class FlowRunner {
  readonly #parts: FlowRunnerParts;

  constructor(parts: FlowRunnerParts) {
    this.#parts = parts;
  }

  /**
   * Runs the flow to its end; a step that fails makes the run FAILED, which is an outcome and no error. Rejects with CONFLICT
   * where the flow is running already, INVALID_CONFIGURATION where its steps are in no order.
   */
  async run(flow: FlowDefinition, options: FlowRunOptions): Promise<FlowOutcome> {
    checkFlow(flow);
    const taken = await this.#parts.leases.acquire(flowLease(flow.name));
    if (taken.status === 'HELD') {
      const since = new Date(taken.holder.acquiredAt).toISOString();
      throw new HunchError(
        'CONFLICT',
        `${flow.name} is running already: ${taken.holder.owner} since ${since}. Wait for it to end, or stop it.`,
      );
    }
    try {
      return await this.#runAlone(flow, options, taken.lease.lost);
    } finally {
      await taken.lease.release();
    }
  }

  async #runAlone(flow: FlowDefinition, options: FlowRunOptions, lost: AbortSignal): Promise<FlowOutcome> {
    const { runs, clock, log } = this.#parts;
    await this.#closeAbandoned(flow, options.runId);
    const journal = await RunJournal.open(flow, options.runId, {
      runs,
      clock,
      lost,
      onChange: (run) => options.onChange?.(run),
      onError: (error) => log.warn({ err: error }, 'the heartbeat of the run could not be written'),
    });
    if (journal.run.state === 'SUCCEEDED') return this.#outcome(flow, journal.run);
    try {
      const signal = options.signal === undefined ? lost : AbortSignal.any([lost, options.signal]);
      const scheduler = new StepScheduler(flow, journal, { ...this.#parts, ...options, signal });
      const done = await scheduler.run();
      lost.throwIfAborted();
      await journal.finish(done ? 'SUCCEEDED' : 'FAILED');
      if (done) await this.#removeTables(flow, options.runId);
    } finally {
      journal.close();
    }
    await this.#removeOld(flow, options.runId);
    return this.#outcome(flow, journal.run);
  }

  /** Under the lease, any other run that says RUNNING belongs to a process that is dead. */
  async #closeAbandoned(flow: FlowDefinition, current: RunId): Promise<void> {
    for (const run of await listFlowRuns(this.#parts.runs, flow.name)) {
      if (run.state !== 'RUNNING' || run.id === current) continue;
      this.#parts.log.warn({ flow: flow.name, run: run.id }, 'an earlier run was abandoned');
      await writeFlowRun(this.#parts.runs, { ...run, state: 'ABANDONED', finishedAt: run.heartbeat });
    }
  }

  /** Only a run that is taken up again reads its tables; one that has succeeded needs them no more. */
  async #removeTables(flow: FlowDefinition, run: RunId): Promise<void> {
    try {
      await this.#parts.removeTables(flow.name, run);
    } catch (error) {
      this.#parts.log.warn(
        { err: error, flow: flow.name, run },
        'the tables of the run could not be removed',
      );
    }
  }

  async #removeOld(flow: FlowDefinition, current: RunId): Promise<void> {
    const { runs, removeTables, log, keepRuns = KEPT_RUNS } = this.#parts;
    try {
      for (const old of (await runs.list(flow.name)).slice(keepRuns)) {
        if (old === current) continue;
        await removeTables(flow.name, old);
        await runs.remove(flow.name, old);
      }
    } catch (error) {
      log.warn({ err: error, flow: flow.name }, 'old runs could not be removed; the next run tries again');
    }
  }

  async #outcome(flow: FlowDefinition, run: FlowRun): Promise<FlowOutcome> {
    const results: Record<string, StepResult> = {};
    for (const { name } of flow.steps) {
      const result = await readStepResult(this.#parts.runs, { flow: flow.name, run: run.id }, name);
      if (result !== null) results[name] = result;
    }
    return { run, results };
  }
}
