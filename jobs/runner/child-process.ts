import { HunchError } from '../../src/domain/errors.js';
import type { Millis } from '../../src/domain/time.js';
import { type StepMessage, stepMessage, TRY_AGAIN } from './step-messages.js';
import type { StepExecutor } from './step-request.js';
import { type ChildEnd, type Command, runSupervised } from './supervised-child.js';

export interface ChildProcessOptions {
  /** `step FLOW STEP --run-id ID --threads N --memory MB` is added. */
  readonly command: Command;
  /** Told each line that a child logs. */
  readonly onLine: (line: string) => void;
  /** How long a child may take to stop when asked to, before it is killed. */
  readonly graceMs?: Millis;
}

type Failure = Extract<StepMessage, { type: 'FAILED' }>;

/** Runs each step in a process of its own: its memory goes when it ends, and a crash takes nothing with it. */
export const childProcess =
  ({ command, onLine, graceMs }: ChildProcessOptions): StepExecutor =>
  async ({ flow, step, runId, threads, memoryMb, signal, progress }) => {
    signal.throwIfAborted();
    const parameters = ['step', flow.name, step.name, '--run-id', runId];
    parameters.push('--threads', String(threads), '--memory', String(memoryMb));
    let failure: Failure | null = null;
    const onMessage = (message: unknown): void => {
      const parsed = stepMessage.safeParse(message);
      if (!parsed.success) return;
      if (parsed.data.type === 'PROGRESS') progress(parsed.data.done);
      else failure = parsed.data;
    };
    const end = await runSupervised(command, parameters, { signal, onLine, onMessage, graceMs });
    if (end.code === 0) return;
    signal.throwIfAborted();
    throw errorOf(step.name, end, failure);
  };

function errorOf(step: string, { code, killedBy }: ChildEnd, failure: Failure | null): HunchError {
  if (failure !== null) {
    return new HunchError(failure.code, failure.message, { retryable: failure.retryable });
  }
  const how = killedBy === null ? `ended with exit code ${code}; see its log` : `was killed by ${killedBy}`;
  return new HunchError('FLOW_FAILED', `The process of ${step} ${how}.`, {
    retryable: killedBy !== null || code === TRY_AGAIN,
  });
}
