import { HunchError } from '../../domain/errors.js';
import { type Clock, DAY } from '../../domain/time.js';
import type { BigQueryDataset, JobLabels, QueryRequest } from './bigquery-dataset.js';
import { readStatement, withTables } from './bigquery-dialect.js';
import { queryParameters } from './bigquery-parameters.js';
import { KnownTables } from './known-tables.js';
import { assertResultTable } from './result-table.js';
import type { SourceTable } from './source-tables.js';
import type { ColumnBatch, SqlParameters, TableSummary, WarehouseSession } from './warehouse.js';

/** Result tables vanish by themselves after so long. */
const KEEP_RESULTS = 7 * DAY;

export interface BigQuerySessionParts {
  readonly dataset: BigQueryDataset;
  readonly clock: Clock;
  readonly sources: ReadonlyMap<SourceTable, string>;
  /** What the names of the run's tables begin with. */
  readonly prefix: string;
  readonly labels: JobLabels;
}

/** Statements over one snapshot and the result tables of one run, each a job of its own. */
export class BigQuerySession implements WarehouseSession {
  readonly #parts: BigQuerySessionParts;
  readonly #tables: KnownTables;
  readonly #closed = new AbortController();
  #bytes = 0;

  constructor(parts: BigQuerySessionParts) {
    this.#parts = parts;
    this.#tables = new KnownTables(parts.sources, async (table) =>
      (await parts.dataset.table(parts.prefix + table)) === null ? null : parts.prefix + table,
    );
  }

  async materialise(table: string, sql: string, parameters: SqlParameters = {}): Promise<TableSummary> {
    assertResultTable(table);
    const { dataset, prefix, clock } = this.#parts;
    const stored = prefix + table;
    let state = await dataset.table(stored);
    if (state === null) {
      const request = await this.#request(sql, parameters, { doing: `making ${table}`, table });
      const expires = `OPTIONS (expiration_timestamp = TIMESTAMP_MILLIS(${clock() + KEEP_RESULTS}))`;
      const create = `CREATE TABLE IF NOT EXISTS \`${stored}\`\n${expires} AS\n${request.sql}`;
      await dataset.make({ ...request, sql: create });
      state = await dataset.table(stored);
    }
    this.#tables.add(table, stored);
    return { table, rows: state?.rows ?? 0 };
  }

  async *stream(
    sql: string,
    parameters: SqlParameters = {},
    signal?: AbortSignal,
  ): AsyncGenerator<ColumnBatch, void, undefined> {
    signal?.throwIfAborted();
    const request = await this.#request(sql, parameters, { doing: 'reading a result', signal });
    yield* (await this.#parts.dataset.query(request)).pages();
  }

  async all(sql: string, parameters: SqlParameters = {}): Promise<Record<string, unknown>[]> {
    return this.#parts.dataset.rows(await this.#request(sql, parameters, { doing: 'reading a result' }));
  }

  bytesProcessed(): number {
    return this.#bytes;
  }

  /** Cancels what still runs. */
  async close(): Promise<void> {
    this.#closed.abort(
      new HunchError('UNAVAILABLE', 'The session was closed while it was in use.', { retryable: false }),
    );
  }

  async #request(
    sql: string,
    parameters: SqlParameters,
    about: {
      readonly doing: string;
      readonly table?: string;
      readonly signal?: AbortSignal | undefined;
    },
  ): Promise<QueryRequest> {
    this.#closed.signal.throwIfAborted();
    const statement = readStatement(sql);
    const { labels } = this.#parts;
    return {
      sql: withTables(statement, await this.#tables.definitions(statement)),
      parameters: queryParameters(statement.parameters, parameters),
      labels: about.table === undefined ? labels : { ...labels, table: about.table },
      doing: about.doing,
      signal:
        about.signal === undefined
          ? this.#closed.signal
          : AbortSignal.any([about.signal, this.#closed.signal]),
      onBytes: (bytes) => {
        this.#bytes += bytes;
      },
    };
  }
}
