import {
  type FlowRun,
  readFlowRun,
  type StepRun,
  writeFlowRun,
} from '../../src/datasources/runs/flow-run.js';
import type { RunStore } from '../../src/datasources/runs/run-store.js';
import type { RunId } from '../../src/domain/ids.js';
import { type Clock, type Millis, SECOND } from '../../src/domain/time.js';
import type { FlowDefinition } from '../flows/flow.js';

export interface RunJournalOptions {
  readonly runs: RunStore;
  readonly clock: Clock;
  /** Aborted when the flow's lease is lost: from then on another process may be writing this very run. */
  readonly lost: AbortSignal;
  readonly onChange: (run: FlowRun) => void;
  /** Told of a heartbeat that could not be written. */
  readonly onError: (error: unknown) => void;
}

const HEARTBEAT: Millis = 5 * SECOND;

const NEW_STEP: StepRun = { state: 'PENDING', attempts: 0, startedAt: null, finishedAt: null, error: null };

/** Writes down how a run gets on; its one writer, under the flow's lease. */
export class RunJournal {
  readonly #options: RunJournalOptions;
  #run: FlowRun;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  private constructor(run: FlowRun, options: RunJournalOptions) {
    this.#run = run;
    this.#options = options;
  }

  /** Begins a run, or takes an interrupted one up again. A run that has succeeded is left as it is. */
  static async open(flow: FlowDefinition, id: RunId, options: RunJournalOptions): Promise<RunJournal> {
    const earlier = await readFlowRun(options.runs, flow.name, id);
    if (earlier?.state === 'SUCCEEDED') return new RunJournal(earlier, options);
    const now = options.clock();
    const steps = flow.steps.map(({ name }) => {
      const step = earlier?.steps[name] ?? NEW_STEP;
      return [name, step.state === 'SUCCEEDED' ? step : { ...NEW_STEP, attempts: step.attempts }] as const;
    });
    const journal = new RunJournal(
      {
        id,
        flow: flow.name,
        state: 'RUNNING',
        startedAt: earlier?.startedAt ?? now,
        finishedAt: null,
        heartbeat: now,
        steps: Object.fromEntries(steps),
      },
      options,
    );
    await journal.#write({});
    journal.#timer = setInterval(() => journal.#write({}).catch(options.onError), HEARTBEAT);
    journal.#timer.unref();
    return journal;
  }

  get run(): FlowRun {
    return this.#run;
  }

  step(name: string): StepRun {
    return this.#run.steps[name] ?? NEW_STEP;
  }

  async updateStep(name: string, change: Partial<StepRun>): Promise<void> {
    await this.#write({ steps: { ...this.#run.steps, [name]: { ...this.step(name), ...change } } });
  }

  async finish(state: 'SUCCEEDED' | 'FAILED'): Promise<void> {
    this.close();
    await this.#write({ state, finishedAt: this.#options.clock() });
  }

  /** Ends the heartbeat without a word. */
  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  /** Changes what is known at once, and writes it after what is being written. */
  async #write(change: Partial<FlowRun>): Promise<void> {
    this.#run = { ...this.#run, ...change, heartbeat: this.#options.clock() };
    const run = this.#run;
    this.#options.onChange(run);
    const written = this.#writing.then(async () => {
      if (!this.#options.lost.aborted) await writeFlowRun(this.#options.runs, run);
    });
    this.#writing = written.catch(() => undefined);
    await written;
  }
}
