import type { Millis } from '../../domain/time.js';

export interface LeaseHolder {
  /** Who holds it, such as `up@HOST:PID`. */
  readonly owner: string;
  readonly acquiredAt: Millis;
  readonly expiresAt: Millis;
}

export interface Lease {
  readonly name: string;
  /** Aborted when the lease is lost: stop the work it guards. */
  readonly lost: AbortSignal;
  /**
   * Gives the lease back; a second call does nothing. Never rejects: what the lease guarded is done by then. A release that
   * can not be written is tried again for as long as the process runs.
   */
  release(): Promise<void>;
}

export type LeaseOutcome =
  | { readonly status: 'ACQUIRED'; readonly lease: Lease }
  | { readonly status: 'HELD'; readonly holder: LeaseHolder };

/**
 * Named leases, each with one holder at a time, kept alive by a heartbeat. A killed holder loses it: at once where its
 * process is known to be dead on this host, else when the lease expires. A holder on this host whose process is known to run
 * keeps it for hours without a heartbeat.
 */
export interface LeaseStore {
  acquire(name: string): Promise<LeaseOutcome>;
  /** Who holds it now; null where it is free. */
  holder(name: string): Promise<LeaseHolder | null>;
}
