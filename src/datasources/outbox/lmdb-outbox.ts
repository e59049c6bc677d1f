import type { Database } from 'lmdb';
import { BadInputError } from '../../domain/errors.js';
import type { UserId } from '../../domain/ids.js';
import { LmdbEnvironment } from '../../platform/lmdb-environment.js';
import type { Outbox, OutboxBatch, OutboxRecord } from './outbox.js';

export interface LmdbOutboxOptions {
  readonly folder: string;
}

/** The number that the next record gets. It only grows, so that a token never comes to name records added later. */
const NEXT = 'next';

/**
 * The queue in LMDB, a record under each number. Several processes may share the folder: numbers are given out inside
 * write transactions, of which there is one at a time. Taking does not lock, so what two processes take before one of
 * them acknowledges it is delivered twice.
 */
export class LmdbOutbox implements Outbox {
  readonly #environment: LmdbEnvironment;
  readonly #records: Database<OutboxRecord, number>;
  readonly #counters: Database<number, string>;

  private constructor(environment: LmdbEnvironment) {
    this.#environment = environment;
    this.#records = environment.database('records');
    this.#counters = environment.database('counters');
  }

  /** Makes the folder where it is missing. Rejects with UnavailableError where it can't be used. */
  static async open({ folder }: LmdbOutboxOptions): Promise<LmdbOutbox> {
    return new LmdbOutbox(await LmdbEnvironment.open(folder, { syncFirst: true }));
  }

  async append(records: readonly OutboxRecord[]): Promise<void> {
    if (records.length === 0) return;
    await this.#environment.write(() => {
      let next = this.#counters.get(NEXT) ?? 1;
      for (const record of records) this.#records.put(next++, record);
      this.#counters.put(NEXT, next);
    });
  }

  async take(limit: number): Promise<OutboxBatch | null> {
    const entries = this.#environment.read(() => [...this.#records.getRange({ limit })]);
    const [first, last] = [entries[0], entries.at(-1)];
    if (first === undefined || last === undefined) return null;
    return { records: entries.map(({ value }) => value), token: `${first.key}-${last.key}` };
  }

  async acknowledge(token: string): Promise<void> {
    const [, first, last] = /^(\d+)-(\d+)$/.exec(token) ?? [];
    if (first === undefined || last === undefined) {
      throw new BadInputError(`A token of the outbox comes from take, and looks like 1-50; got "${token}".`);
    }
    await this.#environment.write(() => {
      const keys = [...this.#records.getKeys({ start: Number(first), end: Number(last) + 1 })];
      for (const key of keys) this.#records.remove(key);
    });
  }

  async forget(userId: UserId): Promise<number> {
    return await this.#environment.write(() => {
      const keys: number[] = [];
      for (const { key, value } of this.#records.getRange({})) if (isOf(value, userId)) keys.push(key);
      for (const key of keys) this.#records.remove(key);
      return keys.length;
    });
  }

  async size(): Promise<number> {
    return this.#environment.read(() => this.#records.getCount());
  }

  close(): Promise<void> {
    return this.#environment.close();
  }
}

/** A poll stays, since it is no record of its author: the cleaning takes the author out of it. */
function isOf(record: OutboxRecord, userId: UserId): boolean {
  switch (record.type) {
    case 'EVENT':
      return record.event.userId === userId;
    case 'USER_CHANGE':
      return record.change.kind !== 'ERASE' && record.change.userId === userId;
    case 'POLL':
      return false;
  }
}
