import type { PollEvent, UserChange } from '../../domain/event.js';
import type { UserId } from '../../domain/ids.js';
import type { Poll } from '../../domain/poll.js';
import type { Millis } from '../../domain/time.js';

/** What was answered `accepted` and must reach the warehouse in the end. */
export type OutboxRecord =
  | { readonly type: 'EVENT'; readonly event: PollEvent }
  | { readonly type: 'POLL'; readonly poll: Poll; readonly recordedAt: Millis }
  | { readonly type: 'USER_CHANGE'; readonly change: UserChange; readonly recordedAt: Millis };

export interface OutboxBatch {
  readonly records: readonly OutboxRecord[];
  /** Hand it to `acknowledge` once the records are safe elsewhere. */
  readonly token: string;
}

/**
 * Durable queue on the local disk: what `append` has answered survives kill -9 and loss of power. Several processes may
 * share it: none loses a record of another, and what two of them take before one acknowledges it is delivered twice.
 */
export interface Outbox {
  /** Resolves after fsync. Concurrent calls share one. */
  append(records: readonly OutboxRecord[]): Promise<void>;
  /** The oldest records in order of arrival; null where there are none. Taking does not remove. */
  take(limit: number): Promise<OutboxBatch | null>;
  /** Removes what that batch held, and nothing added since; a second time it removes nothing. */
  acknowledge(token: string): Promise<void>;
  /** Removes every waiting record of the user, but for ERASE changes; how many. */
  forget(userId: UserId): Promise<number>;
  /** Records waiting. */
  size(): Promise<number>;
  close(): Promise<void>;
}
