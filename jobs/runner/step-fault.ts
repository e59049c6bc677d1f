import type { StepRun } from '../../src/datasources/runs/flow-run.js';
import { HunchError } from '../../src/domain/errors.js';

/** Why a step failed, as the run's document keeps it. */
export type StepFault = NonNullable<StepRun['error']>;

export const faultOf = (error: unknown): StepFault =>
  error instanceof HunchError
    ? { code: error.code, message: error.message, retryable: error.retryable }
    : {
        code: 'FLOW_FAILED',
        message: error instanceof Error ? error.message : String(error),
        retryable: false,
      };

export const CALLED_OFF: StepFault = {
  code: 'FLOW_FAILED',
  message: 'The run was called off before the step was done. Run it again with the same run id to go on.',
  retryable: true,
};
