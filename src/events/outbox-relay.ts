import type { CatalogueStore } from '../datasources/catalogue/catalogue-store.js';
import type { FeatureStore } from '../datasources/features/feature-store.js';
import type { Lease, LeaseStore } from '../datasources/leases/lease-store.js';
import type { Outbox, OutboxRecord } from '../datasources/outbox/outbox.js';
import { HunchError } from '../domain/errors.js';
import type { UserChange } from '../domain/event.js';
import { type Millis, SECOND } from '../domain/time.js';
import type { EventIntake } from './event-intake.js';
import { eventsOf, pollsOf, WarehouseDelivery, type WarehouseDeliveryOptions } from './warehouse-delivery.js';

/** One instance at a time relays; the lease moves on when that one dies. */
const LEASE = 'outbox-relay';
/** Records that go to the warehouse as one batch, and so as one file a table. */
const BATCH = 5_000;
const LONGEST_PAUSE: Millis = 60 * SECOND;

export interface OutboxRelayOptions extends WarehouseDeliveryOptions {
  readonly outbox: Outbox;
  readonly intake: EventIntake;
  readonly features: FeatureStore;
  readonly catalogue: CatalogueStore;
  readonly leases: LeaseStore;
  /** How long records may wait to be joined into one batch. */
  readonly intervalMs: number;
  readonly onError: (error: unknown) => void;
}

/**
 * Brings what the outbox holds to where it must be in the end: into the features and the catalogue (again, which changes
 * nothing where it was done), and into the warehouse, or aside where that refuses them for what they are. A record leaves the
 * outbox only then.
 */
export class OutboxRelay {
  readonly #options: OutboxRelayOptions;
  readonly #delivery: WarehouseDelivery;
  #lease: Lease | null = null;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #failures = 0;
  #stopped = false;

  constructor(options: OutboxRelayOptions) {
    this.#options = options;
    this.#delivery = new WarehouseDelivery(options);
  }

  /** Brings in what a killed process left, then goes on by itself. A store that is away delays it, and is told to `onError`. */
  async start(): Promise<void> {
    await this.#round();
  }

  /** Something waits: makes sure that a round comes within the interval. */
  wake(): void {
    if (this.#timer === null && this.#running === null) this.#schedule(this.#options.intervalMs);
  }

  /** Relays what waits, once more, and gives the lease back. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#running;
    try {
      await this.#drain();
    } catch (error) {
      this.#options.onError(error);
    }
    await this.#lease?.release();
  }

  #schedule(afterMs: number): void {
    if (this.#stopped) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#round();
    }, afterMs);
    this.#timer.unref();
  }

  #round(): Promise<void> {
    this.#running ??= this.#drain()
      .then(
        () => {
          this.#failures = 0;
        },
        (error: unknown) => {
          this.#failures += 1;
          this.#options.onError(error);
        },
      )
      .finally(() => {
        this.#running = null;
        // Other instances append too, and their wake() is not heard here.
        this.#schedule(Math.min(LONGEST_PAUSE, this.#options.intervalMs * 2 ** this.#failures));
      });
    return this.#running;
  }

  async #drain(): Promise<void> {
    if (!(await this.#hasLease())) return;
    for (;;) {
      const batch = await this.#options.outbox.take(BATCH);
      if (batch === null) return;
      await this.#deliver(batch.records);
      await this.#options.features.flush();
      await this.#options.outbox.acknowledge(batch.token);
    }
  }

  async #hasLease(): Promise<boolean> {
    if (this.#lease !== null && !this.#lease.lost.aborted) return true;
    const outcome = await this.#options.leases.acquire(LEASE);
    this.#lease = outcome.status === 'ACQUIRED' ? outcome.lease : null;
    return this.#lease !== null;
  }

  async #deliver(records: readonly OutboxRecord[]): Promise<void> {
    for (const run of runsOfOneType(records)) await this.#apply(run);
    await this.#delivery.deliver(records);
  }

  /**
   * Applies records of one type, in their order. What a store refuses for what it holds already keeps nothing else back: it goes to
   * the warehouse, and the next indexing brings it into the store.
   */
  async #apply(records: readonly OutboxRecord[]): Promise<void> {
    try {
      await this.#applyAll(records);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      for (const record of records) {
        await this.#applyAll([record]).catch((refusal: unknown) => {
          if (!isRefusal(refusal)) throw refusal;
          this.#options.onError(refusal);
        });
      }
    }
  }

  async #applyAll(records: readonly OutboxRecord[]): Promise<void> {
    await this.#options.intake.applyOrFail(eventsOf(records));
    const polls = pollsOf(records);
    if (polls.length > 0) await this.#options.catalogue.upsert(polls);
    for (const record of records) if (record.type === 'USER_CHANGE') await this.#applyChange(record.change);
  }

  /** A change that was cut off between the outbox and the stores is done now; done twice, it changes nothing. */
  async #applyChange(change: UserChange): Promise<void> {
    const { features, catalogue } = this.#options;
    switch (change.kind) {
      case 'ERASE':
        await features.forget(change.userId, change.occurredAt);
        return catalogue.forgetAuthor(change.userId, change.occurredAt);
      case 'MERGE':
        await features.merge(change.userId, change.into, change.occurredAt);
        return;
      case 'INTERESTS':
        await features.setInterests(change.userId, change, {
          at: change.occurredAt,
          changeId: change.changeId,
        });
    }
  }
}

const isRefusal = (error: unknown): boolean => error instanceof HunchError && error.code === 'INVALID_DATA';

/** The records cut where the type changes: an erasure between two votes stays between them. */
function runsOfOneType(records: readonly OutboxRecord[]): OutboxRecord[][] {
  const runs: OutboxRecord[][] = [];
  for (const record of records) {
    const last = runs.at(-1);
    if (last?.[0]?.type === record.type) last.push(record);
    else runs.push([record]);
  }
  return runs;
}
