import { NotFoundError } from '../../domain/errors.js';
import type { Millis } from '../../domain/time.js';
import type { WarehouseSnapshot } from './warehouse.js';

const NONE = 'none';
const ID = /^(\d{1,19})_(-?\d{1,15}|none)_(\d{1,15})_(\d{1,15})_(\d{1,15})_(\d{1,15})$/;

/**
 * A snapshot of what has arrived so far. Its id tells all of it, so that opening it again reads nothing: counting the rows
 * reads two columns of all of them.
 */
export function bigQuerySnapshot(
  arrival: bigint,
  through: Millis | null,
  rows: WarehouseSnapshot['rows'],
): WarehouseSnapshot {
  const { events, polls, topics, userChanges } = rows;
  return { id: [arrival, through ?? NONE, events, polls, topics, userChanges].join('_'), through, rows };
}

/** The snapshot of that id, and the newest arrival in it. Rejects with NotFoundError what is no id of one. */
export function openBigQuerySnapshot(id: string): {
  readonly arrival: bigint;
  readonly snapshot: WarehouseSnapshot;
} {
  const [, arrival, through, ...counts] = ID.exec(id) ?? [];
  if (arrival === undefined) {
    throw new NotFoundError(`There is no snapshot ${id} in BigQuery. Name one that a run gave.`);
  }
  const [events = 0, polls = 0, topics = 0, userChanges = 0] = counts.map(Number);
  return {
    arrival: BigInt(arrival),
    snapshot: {
      id,
      through: through === NONE ? null : Number(through),
      rows: { events, polls, topics, userChanges },
    },
  };
}
