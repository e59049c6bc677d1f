import { z } from 'zod';
import { ERROR_CODES, HunchError } from '../../src/domain/errors.js';

/** What a child process that does a step tells the process that runs the flow. */
export const stepMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('PROGRESS'), done: z.number() }),
  z.object({
    type: z.literal('FAILED'),
    code: z.enum(ERROR_CODES),
    message: z.string(),
    retryable: z.boolean(),
  }),
]);
export type StepMessage = z.infer<typeof stepMessage>;

/** Exit code of a step that may be tried again: sysexits' EX_TEMPFAIL. */
export const TRY_AGAIN = 75;

/** The child's end of the channel. In a process that was not started by a flow's run, it does nothing. */
export class ParentProcess {
  /** Aborts when the parent is gone: then nobody waits for the step. */
  readonly gone: AbortSignal;

  constructor() {
    const controller = new AbortController();
    this.gone = controller.signal;
    if (!process.connected) return;
    process.once('disconnect', () =>
      controller.abort(
        new HunchError('FLOW_FAILED', 'The process that ran the flow is gone.', { retryable: true }),
      ),
    );
    // Listening alone must not keep a step alive that is done.
    process.channel?.unref();
  }

  /** False where nobody listens. */
  tell(message: StepMessage): boolean {
    if (!process.connected || process.send === undefined) return false;
    process.send(message);
    return true;
  }
}
