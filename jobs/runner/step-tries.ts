import { setTimeout as delay } from 'node:timers/promises';
import { ExponentialBackoff, type IBackoff } from 'cockatiel';
import { HunchError } from '../../src/domain/errors.js';
import { type Millis, SECOND } from '../../src/domain/time.js';

/** The pause before the second try, and the longest pause before a later one. */
export interface BackOff {
  readonly firstMs: Millis;
  readonly longestMs: Millis;
}

export const STEP_BACK_OFF: BackOff = { firstMs: 2 * SECOND, longestMs: 60 * SECOND };

export interface TriesOptions {
  /** Tries after the first. */
  readonly retries: number;
  readonly backOff: BackOff;
  readonly signal: AbortSignal;
  /** Told before each pause. */
  readonly onRetry: (error: HunchError, pauseMs: Millis) => void;
}

/**
 * Does `work` again after errors that say trying again can help, with pauses that grow and vary (decorrelated jitter), until
 * it succeeds, the tries are used up, or the signal aborts. Rejects with the last error.
 */
export async function withRetries<T>(work: () => Promise<T>, options: TriesOptions): Promise<T> {
  const { retries, backOff, signal, onRetry } = options;
  let pause: IBackoff<unknown> = new ExponentialBackoff({
    initialDelay: backOff.firstMs,
    maxDelay: backOff.longestMs,
  }).next();
  for (let left = retries; ; left -= 1) {
    try {
      signal.throwIfAborted();
      return await work();
    } catch (error) {
      if (!(error instanceof HunchError && error.retryable) || left <= 0 || signal.aborted) throw error;
      onRetry(error, pause.duration);
      await delay(pause.duration, undefined, { signal });
      pause = pause.next(undefined);
    }
  }
}
