import type { Millis } from '../../domain/time.js';
import type { OutboxRecord } from './outbox.js';

/** A record that the warehouse does not take for what it is, and never will. */
export interface RejectedRecord {
  readonly record: OutboxRecord;
  /** What is wrong with it, as the warehouse says. */
  readonly reason: string;
  readonly rejectedAt: Millis;
}

/** Where such records go, for people to look at. */
export interface RejectedRecords {
  /** Durable when it resolves. A record may be handed over twice, where a process was killed in between. */
  keep(rejected: RejectedRecord): Promise<void>;
}
