import type { RunStore } from '../../src/datasources/runs/run-store.js';
import { HunchError, TimedOutError } from '../../src/domain/errors.js';
import { type Clock, SECOND } from '../../src/domain/time.js';
import type { FlowDefinition, Logger, StepDefinition } from '../flows/flow.js';
import type { RunJournal } from './run-journal.js';
import { CALLED_OFF, faultOf } from './step-fault.js';
import { stepOf } from './step-graph.js';
import type { StepExecutor } from './step-request.js';
import { readStepResult } from './step-result.js';
import { type BackOff, STEP_BACK_OFF, withRetries } from './step-tries.js';

export interface StepSchedulerOptions {
  readonly runs: RunStore;
  readonly execute: StepExecutor;
  readonly clock: Clock;
  readonly log: Logger;
  readonly backOff?: BackOff;
  readonly threads: number;
  readonly memoryMb: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (step: string, done: number) => void;
}

/**
 * Starts each step of one run as soon as those it comes after are done. Where one fails, what does not depend on it still
 * goes on, so that a resumed run has less to do.
 */
export class StepScheduler {
  readonly #flow: FlowDefinition;
  readonly #journal: RunJournal;
  readonly #options: StepSchedulerOptions;
  readonly #started = new Map<string, Promise<boolean>>();

  constructor(flow: FlowDefinition, journal: RunJournal, options: StepSchedulerOptions) {
    this.#flow = flow;
    this.#journal = journal;
    this.#options = options;
  }

  /** True when all steps are done; false when one failed or the run was called off. Nothing runs any more when it ends. */
  async run(): Promise<boolean> {
    // All of them, also where one could not be written down: nothing may go on when the run gives its lease back.
    const ends = await Promise.allSettled(this.#flow.steps.map((step) => this.#start(step)));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return ends.every((end) => end.status === 'fulfilled' && end.value);
  }

  /** Whether the step is done in the end; it is started once, however many steps wait for it. */
  #start(step: StepDefinition): Promise<boolean> {
    const started = this.#started.get(step.name) ?? this.#afterOthers(step);
    this.#started.set(step.name, started);
    return started;
  }

  async #afterOthers(step: StepDefinition): Promise<boolean> {
    const before = await Promise.all(step.after.map((name) => this.#start(stepOf(this.#flow, name))));
    if (before.includes(false) || this.#options.signal.aborted) return false;
    return this.#do(step);
  }

  async #do(step: StepDefinition): Promise<boolean> {
    const { clock, log, signal, backOff = STEP_BACK_OFF } = this.#options;
    const { name } = step;
    if (await this.#isDone(name)) {
      await this.#journal.updateStep(name, { state: 'SUCCEEDED', error: null });
      return true;
    }
    await this.#journal.updateStep(name, { state: 'RUNNING', startedAt: clock() });
    try {
      await withRetries(() => this.#try(step), {
        retries: step.retries,
        backOff,
        signal,
        onRetry: (error, pauseMs) =>
          log.warn({ step: name, err: error, pauseMs }, 'step failed; trying again'),
      });
      await this.#journal.updateStep(name, { state: 'SUCCEEDED', finishedAt: clock(), error: null });
      return true;
    } catch (error) {
      const fault = signal.aborted ? CALLED_OFF : faultOf(error);
      // What is foreseen is told by whoever started the run; a mistake wants its stack.
      if (!signal.aborted && !(error instanceof HunchError))
        log.error({ step: name, err: error }, 'step failed');
      await this.#journal.updateStep(name, { state: 'FAILED', finishedAt: clock(), error: fault });
      return false;
    }
  }

  async #try(step: StepDefinition): Promise<void> {
    const { execute, signal, threads, memoryMb, log, onProgress } = this.#options;
    const { name } = step;
    await this.#journal.updateStep(name, { attempts: this.#journal.step(name).attempts + 1 });
    const tooLong = new AbortController();
    const timer = setTimeout(
      () => tooLong.abort(new TimedOutError(`${name} was not done within ${step.timeoutSeconds} s.`)),
      step.timeoutSeconds * SECOND,
    );
    try {
      await execute({
        flow: this.#flow,
        step,
        runId: this.#journal.run.id,
        threads,
        memoryMb,
        signal: AbortSignal.any([signal, tooLong.signal]),
        log,
        progress: (done) => onProgress?.(name, done),
      });
    } catch (error) {
      throw tooLong.signal.aborted && !signal.aborted ? tooLong.signal.reason : error;
    } finally {
      clearTimeout(timer);
    }
    if (!(await this.#isDone(name))) {
      throw new HunchError('FLOW_FAILED', `${name} ended without leaving a result.`);
    }
  }

  async #isDone(name: string): Promise<boolean> {
    const place = { flow: this.#flow.name, run: this.#journal.run.id };
    return (await readStepResult(this.#options.runs, place, name)) !== null;
  }
}
