import type { RunId } from '../../src/domain/ids.js';
import type { FlowDefinition, Logger, StepDefinition } from '../flows/flow.js';

/** One try of one step. */
export interface StepRequest {
  readonly flow: FlowDefinition;
  readonly step: StepDefinition;
  readonly runId: RunId;
  readonly threads: number;
  readonly memoryMb: number;
  /** Aborts when the step must stop: its time is up, or the run is called off. */
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Told how far the step is, 0 to 1. */
  readonly progress: (done: number) => void;
}

/**
 * Does one try of a step, somewhere: in this process, in a child, on another machine. When it resolves, the step's result
 * is in the run store. Rejects with the step's error, and when the signal aborts, once the work has stopped.
 */
export type StepExecutor = (request: StepRequest) => Promise<void>;
