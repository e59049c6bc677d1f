import type { RecordedPoll } from '../datasources/catalogue/catalogue-store.js';
import type { OutboxRecord } from '../datasources/outbox/outbox.js';
import type { RejectedRecords } from '../datasources/outbox/rejected-records.js';
import type { Warehouse } from '../datasources/warehouse/warehouse.js';
import { HunchError } from '../domain/errors.js';
import type { PollEvent } from '../domain/event.js';
import type { Clock } from '../domain/time.js';

export interface WarehouseDeliveryOptions {
  readonly warehouse: Pick<Warehouse, 'append' | 'ping'>;
  /** False with EVENT_SINK=none: the app's own pipeline writes the votes. Polls and changes of users go in all the same. */
  readonly keepEvents: boolean;
  readonly rejected: RejectedRecords;
  readonly clock: Clock;
}

/** Fewer records of one type may all be bad by chance; so many that are all refused are not what is wrong. */
const SUSPICIOUS = 10;

interface Refusal {
  readonly record: OutboxRecord;
  readonly error: HunchError;
}

/** Brings records of the outbox into the warehouse. One that it refuses for what it is holds up no other. */
export class WarehouseDelivery {
  readonly #options: WarehouseDeliveryOptions;

  constructor(options: WarehouseDeliveryOptions) {
    this.#options = options;
  }

  /**
   * When it resolves, each record is in the warehouse or kept aside. A batch that is refused is halved until the bad record is
   * alone. Rejects while the warehouse is away or refuses for reasons of its own, after which all may be delivered again.
   */
  async deliver(records: readonly OutboxRecord[]): Promise<void> {
    const refusals: Refusal[] = [];
    await this.#append(records, refusals);
    const [first] = refusals;
    if (first === undefined) return;
    const { warehouse, rejected, clock } = this.#options;
    // A damaged warehouse refuses everything, and a table that lacks a column every record of a type: nothing is wrong with those.
    await warehouse.ping();
    assertNotAllRefused(records, refusals);
    for (const { record, error } of refusals) {
      await rejected.keep({ record, reason: `${error.code}: ${error.message}`, rejectedAt: clock() });
    }
  }

  async #append(records: readonly OutboxRecord[], refusals: Refusal[]): Promise<void> {
    const { warehouse, keepEvents } = this.#options;
    try {
      await warehouse.append({
        events: keepEvents ? eventsOf(records) : [],
        polls: pollsOf(records),
        userChanges: records.filter((record) => record.type === 'USER_CHANGE'),
      });
    } catch (error) {
      const [record, ...others] = records;
      if (!isAboutRows(error) || record === undefined) throw error;
      if (others.length === 0) {
        refusals.push({ record, error });
        return;
      }
      const middle = Math.ceil(records.length / 2);
      await this.#append(records.slice(0, middle), refusals);
      await this.#append(records.slice(middle), refusals);
    }
  }
}

function assertNotAllRefused(records: readonly OutboxRecord[], refusals: readonly Refusal[]): void {
  for (const type of new Set(refusals.map(({ record }) => record.type))) {
    const refused = refusals.filter(({ record }) => record.type === type);
    const all = records.filter((record) => record.type === type).length;
    const [first] = refused;
    if (first !== undefined && refused.length >= SUSPICIOUS && refused.length === all) throw first.error;
  }
}

/** Neither trying again nor other settings would help. */
const isAboutRows = (error: unknown): error is HunchError =>
  error instanceof HunchError &&
  !error.retryable &&
  (error.code === 'INVALID_DATA' || error.code === 'BAD_USER_INPUT');

export const eventsOf = (records: readonly OutboxRecord[]): PollEvent[] =>
  records.flatMap((record) => (record.type === 'EVENT' ? [record.event] : []));

export const pollsOf = (records: readonly OutboxRecord[]): RecordedPoll[] =>
  records.flatMap((record) => (record.type === 'POLL' ? [record] : []));
