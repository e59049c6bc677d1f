import type { FlowRun } from '../datasources/runs/flow-run.js';
import { type Clock, SECOND } from '../domain/time.js';
import type { ProgressStream } from './progress-line.js';

export interface FlowProgressOptions {
  readonly stream: ProgressStream;
  readonly clock: Clock;
}

const REDRAW_MS = 250;
/** pino's number for warnings. */
const WARNING = 40;
const CLEAR_LINE = '\r\u001b[2K';

/**
 * Shows on a terminal how a run gets on: one line for each step that has ended, and below them a live one with the steps at
 * work. Elsewhere only the log's lines are passed on.
 */
export class FlowProgress {
  readonly #options: FlowProgressOptions;
  readonly #live: boolean;
  readonly #told = new Set<string>();
  readonly #shares = new Map<string, number>();
  #run: FlowRun | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: FlowProgressOptions) {
    this.#options = options;
    this.#live = options.stream.isTTY === true;
  }

  start(): void {
    if (!this.#live) return;
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS);
    this.#timer.unref();
  }

  /** Takes the live line away. */
  stop(): void {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    this.#options.stream.write(CLEAR_LINE);
  }

  readonly onChange = (run: FlowRun): void => {
    this.#run = run;
    if (!this.#live) return;
    for (const [name, step] of Object.entries(run.steps)) {
      const ended = step.state === 'SUCCEEDED' || step.state === 'FAILED';
      if (!ended || this.#told.has(name)) continue;
      this.#told.add(name);
      const seconds = ((step.finishedAt ?? 0) - (step.startedAt ?? 0)) / SECOND;
      const time = step.startedAt === null ? 'done before' : `${seconds.toFixed(1)} s`;
      const mark = step.state === 'SUCCEEDED' ? '✓' : '✗';
      this.#options.stream.write(`${CLEAR_LINE}${mark} ${name.padEnd(16)} ${time.padStart(9)}\n`);
    }
    this.#draw();
  };

  readonly onProgress = (step: string, done: number): void => {
    this.#shares.set(step, done);
  };

  /** A line of the log. On a terminal what is less than a warning is left out: the lines above say it. */
  readonly onLine = (line: string): void => {
    if (!this.#live) this.#options.stream.write(`${line}\n`);
    else if (levelOf(line) >= WARNING) this.#options.stream.write(`${CLEAR_LINE}${line}\n`);
  };

  #draw(): void {
    if (this.#timer === null || this.#run === null) return;
    const now = this.#options.clock();
    const working = Object.entries(this.#run.steps)
      .filter(([, step]) => step.state === 'RUNNING')
      .map(([name, step]) => {
        const seconds = Math.floor((now - (step.startedAt ?? now)) / SECOND);
        const share = this.#shares.get(name);
        return `${name} ${seconds} s${share === undefined ? '' : ` ${Math.round(share * 100)} %`}`;
      });
    const line = working.length === 0 ? '' : `… ${working.join(' · ')}`;
    this.#options.stream.write(
      CLEAR_LINE + line.slice(0, Math.max(0, (this.#options.stream.columns ?? 80) - 1)),
    );
  }
}

/** The level of a line of pino's log; that of an error for any other text. */
function levelOf(line: string): number {
  const level = /^\{"level":(\d+)/.exec(line)?.[1];
  return level === undefined ? Number.POSITIVE_INFINITY : Number(level);
}
