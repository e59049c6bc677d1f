import { HunchError } from '../../domain/errors.js';
import { type Clock, type Millis, SECOND } from '../../domain/time.js';

/** A store that is away for an hour is told of so often, and not at each of the looks two times a second. */
const QUIET: Millis = 10 * SECOND;
/** Kinds of message that are remembered. */
const MOST_KINDS = 100;

/** Passes errors on to `report`, but those whose message was passed on a moment ago. Faults of the program all pass. */
export function withoutRepeats(
  report: (error: unknown) => void,
  clock: Clock,
  quiet: Millis = QUIET,
): (error: unknown) => void {
  const reportedAt = new Map<string, Millis>();
  return (error) => {
    if (error instanceof HunchError) {
      const now = clock();
      const last = reportedAt.get(error.message);
      if (last !== undefined && now - last < quiet) return;
      if (reportedAt.size >= MOST_KINDS) reportedAt.clear();
      reportedAt.set(error.message, now);
    }
    report(error);
  };
}
