import { setImmediate } from 'node:timers/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { DataFiles } from './data-files.js';
import { quoted } from './duckdb-dialect.js';
import { appendRow, duckDbTable } from './duckdb-tables.js';
import type { DataFile } from './manifest.js';
import type { SourceRow } from './source-rows.js';
import { SOURCE_COLUMNS, type SourceTable } from './source-tables.js';

/** Rows handed over before other work of the process gets its turn. */
const SLICE = 5_000;

/** Rows of one table on their way into files, in a temporary table of the connection. */
export class StagedRows {
  readonly table: SourceTable;
  /** The temporary table. */
  readonly name: string;
  readonly #connection: DuckDBConnection;

  private constructor(connection: DuckDBConnection, table: SourceTable) {
    this.#connection = connection;
    this.table = table;
    this.name = `temp.staged_${table}`;
  }

  static async of(
    connection: DuckDBConnection,
    table: SourceTable,
    rows: Iterable<SourceRow>,
  ): Promise<StagedRows> {
    await connection.run(`CREATE TEMP TABLE staged_${table} (${duckDbTable(table)})`);
    const appender = await connection.createAppender(`staged_${table}`, null, 'temp');
    try {
      let place = 0;
      for (const row of rows) {
        appendRow(appender, SOURCE_COLUMNS[table], row, place++);
        if (place % SLICE === 0) await setImmediate();
      }
    } finally {
      appender.closeSync();
    }
    return new StagedRows(connection, table);
  }

  /** Writes the rows into one new file for each day of recording. */
  async write(files: DataFiles): Promise<Omit<DataFile, 'arrivalBase'>[]> {
    const written: Omit<DataFile, 'arrivalBase'>[] = [];
    const days = await this.#connection.runAndReadAll(
      `SELECT CAST(CAST(recorded_at AS DATE) AS VARCHAR), epoch_ms(max(recorded_at)) FROM ${this.name} GROUP BY 1 ORDER BY 1`,
    );
    for (const [day, through] of days.getRows()) {
      const rows = `SELECT * FROM ${this.name} WHERE CAST(recorded_at AS DATE) = CAST(${quoted(String(day))} AS DATE) ORDER BY arrival`;
      const file = await files.write(this.#connection, rows, { table: this.table, day: String(day) });
      written.push({ ...file, table: this.table, through: Number(through) });
    }
    return written;
  }
}
