import { setTimeout as delay } from 'node:timers/promises';
import { HunchError } from '../../domain/errors.js';
import { MINUTE, type Millis, SECOND } from '../../domain/time.js';
import type { Log } from '../../platform/log.js';

const PAUSE: Millis = SECOND;
/** A cluster whose nodes are started again one by one is back within this time; services that start together are, too. */
const PATIENCE: Millis = MINUTE;

export interface WhenThereOptions {
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly patience?: Millis;
  readonly pause?: Millis;
}

/**
 * Does `work` as soon as what it needs is there: tries again, and says so, while it rejects with what may pass, for a minute.
 * Rejects with the last error then, and at once with one that stays; with the signal's reason where that aborts.
 */
export async function whenThere<T>(
  work: () => Promise<T>,
  { log, signal, patience = PATIENCE, pause = PAUSE }: WhenThereOptions,
): Promise<T> {
  const end = performance.now() + patience;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof HunchError) || !error.retryable || performance.now() >= end) throw error;
      log.warn({ reason: error.message }, 'waiting for a store');
    }
    await delay(pause, undefined, { signal });
  }
}
