import { z } from 'zod';
import type { RunId } from '../../domain/ids.js';
import { type Clock, DAY, type Millis } from '../../domain/time.js';
import { ArrivalSequence } from './arrival-sequence.js';
import { BigQueryAppender } from './bigquery-appender.js';
import type { BigQuerySettings } from './bigquery-connection.js';
import { BigQueryDataset, type JobLabels, type QueryRequest } from './bigquery-dataset.js';
import { BigQueryDryRun } from './bigquery-dry-run.js';
import { BigQueryExtraction } from './bigquery-extraction.js';
import { BigQuerySession } from './bigquery-session.js';
import { bigQuerySnapshot, openBigQuerySnapshot } from './bigquery-snapshot.js';
import { ensureTables } from './dataset-tables.js';
import { runTables } from './run-tables.js';
import { NEWEST_ARRIVAL, sourceQueries, storedCounts } from './source-queries.js';
import { SOURCE_TABLES, type SourceTable } from './source-tables.js';
import type {
  AppendSummary,
  SessionOptions,
  SnapshotListeners,
  Warehouse,
  WarehouseRows,
  WarehouseSession,
  WarehouseSnapshot,
} from './warehouse.js';

export interface BigQueryWarehouseOptions extends BigQuerySettings {
  /** Rows of the app's tables recorded so long before the newest one read are looked at again. */
  readonly overlapMs: Millis;
  /** A vote of the app's pipeline and one of ours, of one user for one option of a poll and no longer apart, is one vote. */
  readonly duplicateWindowMs: Millis;
  readonly clock: Clock;
}

/** A run that failed can be taken up again for so long. */
const HELD_AT_MOST: Millis = 7 * DAY;

const arrivalRow = z.tuple([z.object({ arrival: z.union([z.bigint(), z.number()]) })]);
const copiedRows = z.tuple([z.object({ copies: z.number() })]);
/** Reads no column, and so no bytes. */
const COPIED_ROWS =
  'SELECT (SELECT COUNT(*) FROM hunch_source_events) + (SELECT COUNT(*) FROM hunch_source_polls) AS copies';
const countRows = z.array(
  z.object({ source: z.enum(SOURCE_TABLES), row_count: z.number(), through: z.number() }),
);

/**
 * A dataset of BigQuery: our own tables, appended to only, and copies of what the app's pipeline writes to its tables. A snapshot is
 * the newest arrival there was: a batch that another process was about to add just then may still show up in it.
 */
export class BigQueryWarehouse implements Warehouse {
  readonly #options: BigQueryWarehouseOptions;
  readonly #dataset: BigQueryDataset;
  readonly #appender: BigQueryAppender;
  readonly #extraction: BigQueryExtraction;

  private constructor(options: BigQueryWarehouseOptions, dataset: BigQueryDataset) {
    const { clock, overlapMs } = options;
    const arrivals = new ArrivalSequence(clock);
    this.#options = options;
    this.#dataset = dataset;
    this.#appender = new BigQueryAppender({ dataset, arrivals, clock });
    this.#extraction = new BigQueryExtraction({ dataset, arrivals, clock, overlapMs });
  }

  /** Makes the missing tables of ours; the dataset has to be there. */
  static async open(options: BigQueryWarehouseOptions): Promise<BigQueryWarehouse> {
    const dataset = new BigQueryDataset(options);
    await ensureTables(dataset);
    return new BigQueryWarehouse(options, dataset);
  }

  /** All rows of a table or none; where a later table fails, the rows of an earlier one stay, and may be added again. */
  append(rows: WarehouseRows, options: { readonly skipKnown?: boolean } = {}): Promise<AppendSummary> {
    return this.#appender.append(rows, options.skipKnown === true);
  }

  async snapshot(): Promise<WarehouseSnapshot> {
    return this.#describe({ sql: NEWEST_ARRIVAL, doing: 'looking for the newest rows' });
  }

  /** Copies what is new in the app's tables first. */
  async holdSnapshot(
    flow: string,
    run: RunId,
    listeners: SnapshotListeners = {},
  ): Promise<WarehouseSnapshot> {
    const onBytes = listeners.onProcessed;
    const { held } = runTables(flow, run);
    const labels: JobLabels = { flow, run, table: 'snapshot' };
    if ((await this.#dataset.table(held)) === null) {
      await this.#extraction.run(labels, listeners);
      const expiresAt = this.#options.clock() + HELD_AT_MOST;
      await this.#dataset.make({
        sql: `CREATE TABLE IF NOT EXISTS \`${held}\`\nOPTIONS (expiration_timestamp = TIMESTAMP_MILLIS(${expiresAt})) AS\n${NEWEST_ARRIVAL}`,
        labels,
        doing: `making ${held}`,
        onBytes,
      });
    }
    const sql = `SELECT arrival FROM \`${held}\``;
    return this.#describe({ sql, labels, doing: `reading ${held}`, onBytes });
  }

  async openSnapshot(id: string): Promise<WarehouseSnapshot> {
    return openBigQuerySnapshot(id).snapshot;
  }

  async session(options: SessionOptions): Promise<WarehouseSession> {
    const { prefix } = runTables(options.flow, options.run);
    return new BigQuerySession({
      dataset: this.#dataset,
      clock: this.#options.clock,
      sources: await this.#sources(options),
      prefix,
      labels: labelsOf(options),
    });
  }

  async dryRun(options: SessionOptions): Promise<BigQueryDryRun> {
    return new BigQueryDryRun({
      dataset: this.#dataset,
      clock: this.#options.clock,
      sources: await this.#sources(options),
      extraction: this.#extraction,
      labels: labelsOf(options),
    });
  }

  /** Nothing to do: BigQuery merges what it stores, and removes tables that have expired. */
  async compact(): Promise<void> {}

  async removeRun(flow: string, run: RunId): Promise<void> {
    const { prefix, held } = runTables(flow, run);
    for (const table of await this.#dataset.tableNames(prefix)) await this.#dataset.dropTable(table);
    await this.#dataset.dropTable(held);
  }

  /** Plans a statement over the events, which takes the rights that all else takes too and costs nothing. */
  async ping(): Promise<void> {
    await this.#dataset.dryRun({ sql: 'SELECT event_id FROM hunch_events', doing: 'reading hunch_events' });
  }

  /** Waits for what is being added. */
  close(): Promise<void> {
    return this.#appender.close();
  }

  async #sources({ snapshot }: SessionOptions): Promise<ReadonlyMap<SourceTable, string>> {
    const [{ copies }] = copiedRows.parse(
      await this.#dataset.rows({ sql: COPIED_ROWS, doing: 'looking for rows copied from the app' }),
    );
    return sourceQueries({
      arrival: openBigQuerySnapshot(snapshot.id).arrival,
      extracted: copies > 0,
      duplicateWindowMs: this.#options.duplicateWindowMs,
    });
  }

  /** The snapshot up to the arrival that a statement gives. */
  async #describe(newest: QueryRequest): Promise<WarehouseSnapshot> {
    const [row] = arrivalRow.parse(await this.#dataset.rows(newest));
    const arrival = BigInt(row.arrival);
    const counted = countRows.parse(
      await this.#dataset.rows({ ...newest, sql: storedCounts(arrival), doing: 'counting the rows' }),
    );
    const rows = (table: SourceTable): number =>
      counted.find(({ source }) => source === table)?.row_count ?? 0;
    const through = counted.find(({ source }) => source === 'events')?.through ?? null;
    return bigQuerySnapshot(arrival, through, {
      events: rows('events'),
      polls: rows('polls'),
      topics: rows('topics'),
      userChanges: rows('user_changes'),
    });
  }
}

const labelsOf = ({ flow, run }: SessionOptions): JobLabels => ({ flow, run });
