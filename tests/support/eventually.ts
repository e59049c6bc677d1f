import { setTimeout as delay } from 'node:timers/promises';

export interface Patience {
  /** Give up after this many milliseconds; 10 s where absent. */
  readonly deadlineMs?: number;
  /** Time between two looks. */
  readonly everyMs?: number;
}

/**
 * Asks `condition` until it gives something other than false, null or undefined, and gives that. Rejects at the deadline
 * with what the condition threw last; a condition may therefore hold `expect` calls.
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  { deadlineMs = 10_000, everyMs = 25 }: Patience = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const end = Date.now() + deadlineMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value !== false && value !== null && value !== undefined) {
        return value as NonNullable<Exclude<T, false>>;
      }
      last = new Error(`the condition gave ${String(value)}`);
    } catch (error) {
      last = error;
    }
    if (Date.now() >= end) {
      const reason = last instanceof Error ? last.message : String(last);
      throw new Error(`not within ${deadlineMs} ms: ${reason}`, { cause: last });
    }
    await delay(everyMs);
  }
}
