import { randomBytes } from 'node:crypto';
import { type Clock, HOUR } from '../../domain/time.js';
import { AppendOrder } from './append-order.js';
import type { ArrivalSequence } from './arrival-sequence.js';
import type { BigQueryDataset } from './bigquery-dataset.js';
import type { ResultField } from './bigquery-result.js';
import { insertRows, type JsonRow, jsonRow, loadRows } from './bigquery-writes.js';
import { type TableRows, tableRows } from './source-rows.js';
import { type ColumnType, SOURCE_COLUMNS } from './source-tables.js';
import type { AppendSummary, WarehouseRows } from './warehouse.js';

/** Above either a batch is loaded by a job: BigQuery takes 50,000 rows and 10 MB in a request, and 1,500 jobs a table and day. */
const STREAMED_ROWS = 5_000;
const STREAMED_BYTES = 8 * 2 ** 20;

export interface BigQueryAppenderOptions {
  readonly dataset: BigQueryDataset;
  readonly arrivals: ArrivalSequence;
  readonly clock: Clock;
}

/** Adds rows to the `hunch_*` tables: small batches streamed in, large ones by load jobs, which cost nothing. */
export class BigQueryAppender {
  readonly #options: BigQueryAppenderOptions;
  readonly #order = new AppendOrder();

  constructor(options: BigQueryAppenderOptions) {
    this.#options = options;
  }

  append(rows: WarehouseRows, skipKnown: boolean): Promise<AppendSummary> {
    return this.#order.run(() => this.#append(rows, skipKnown), skipKnown);
  }

  /** Waits for what is being added. */
  close(): Promise<void> {
    return this.#order.ended();
  }

  async #append(rows: WarehouseRows, skipKnown: boolean): Promise<AppendSummary> {
    // Every row is made once before any is sent, so that a bad one keeps the whole batch out.
    const batches = tableRows(rows).map((batch) => this.#number(batch));
    let added = 0;
    let known = 0;
    for (const batch of batches) {
      if (skipKnown && batch.table === 'events') {
        const unknown = await this.#addUnknown(batch);
        added += unknown;
        known += batch.count - unknown;
        continue;
      }
      if (batch.count <= STREAMED_ROWS && batch.bytes <= STREAMED_BYTES) {
        await insertRows(this.#options.dataset, batch.table, [...batch.json()]);
      } else {
        await this.#load(`hunch_${batch.table}`, batch);
      }
      added += batch.count;
    }
    return { added, known };
  }

  /** Checks the rows, numbers them, and tells how long they are; they are made again when they are sent. */
  #number({ table, count, rows }: TableRows): NumberedRows {
    const first = this.#options.arrivals.take(count);
    const json = function* (): Generator<JsonRow> {
      let arrival = first;
      for (const row of rows()) {
        yield jsonRow(table, row, arrival);
        arrival += 1n;
      }
    };
    let bytes = 0;
    const measured = count <= STREAMED_ROWS;
    for (const row of json()) if (measured) bytes += Buffer.byteLength(JSON.stringify(row));
    return { table, count, bytes, json };
  }

  async #load(target: string, { table, json }: NumberedRows): Promise<void> {
    await loadRows(this.#options.dataset, { table: target, labels: { table } }, json);
  }

  /** By one load and one INSERT, however many rows; how many were unknown. */
  async #addUnknown(batch: NumberedRows): Promise<number> {
    const { dataset, clock } = this.#options;
    const staging = `hunch_staging_${randomBytes(6).toString('hex')}`;
    const columns = Object.entries(SOURCE_COLUMNS.events);
    await dataset.createTable(staging, columns.map(fieldOf), clock() + HOUR);
    try {
      await this.#load(staging, batch);
      const inserted = await dataset.query({
        sql: insertUnknown(staging),
        labels: { table: 'events' },
        doing: 'adding to hunch_events what is new',
      });
      return await inserted.changedRows();
    } finally {
      await dataset.dropTable(staging).catch(() => undefined);
    }
  }
}

interface NumberedRows {
  readonly table: TableRows['table'];
  readonly count: number;
  /** Of the rows as JSON; 0 where there are too many to stream them anyway. */
  readonly bytes: number;
  readonly json: () => Iterable<JsonRow>;
}

const fieldOf = ([name, type]: [string, ColumnType]): ResultField =>
  type === 'STRINGS' ? { name, type: 'STRING', mode: 'REPEATED' } : { name, type };

function insertUnknown(staging: string): string {
  const columns = Object.keys(SOURCE_COLUMNS.events);
  return `INSERT INTO hunch_events (${columns.join(', ')})
SELECT ${columns.map((column) => `staged.${column}`).join(', ')}
FROM \`${staging}\` AS staged
LEFT JOIN (SELECT DISTINCT event_id FROM hunch_events) AS known ON known.event_id = staged.event_id
WHERE known.event_id IS NULL
QUALIFY ROW_NUMBER() OVER (PARTITION BY staged.event_id ORDER BY staged.arrival) = 1`;
}
