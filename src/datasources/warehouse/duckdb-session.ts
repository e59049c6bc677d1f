import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { HunchError } from '../../domain/errors.js';
import { isMissing } from '../../platform/durable-files.js';
import { type DataFiles, writeParquet } from './data-files.js';
import { quotedPath, toDuckDb } from './duckdb-dialect.js';
import type { DuckDbEngine } from './duckdb-engine.js';
import { bindParameters, DuckDbBatch, toPlainValue } from './duckdb-values.js';
import type { Manifest } from './manifest.js';
import { assertResultTable, isResultTable } from './result-table.js';
import { SOURCE_TABLES } from './source-tables.js';
import type { ColumnBatch, SqlParameters, TableSummary, WarehouseSession } from './warehouse.js';

const ENDING = '.parquet';

export interface DuckDbSessionParts {
  readonly engine: DuckDbEngine;
  readonly files: DataFiles;
  readonly manifest: Manifest;
  /** Where the result tables of the run are, a Parquet file each. */
  readonly tablesFolder: string;
}

/** Statements over the files of one manifest, and over the result tables of one run. */
export class DuckDbSession implements WarehouseSession {
  readonly #engine: DuckDbEngine;
  readonly #tablesFolder: string;
  readonly #seen = new Set<string>();

  private constructor({ engine, tablesFolder }: DuckDbSessionParts) {
    this.#engine = engine;
    this.#tablesFolder = tablesFolder;
  }

  static async open(parts: DuckDbSessionParts): Promise<DuckDbSession> {
    await mkdir(parts.tablesFolder, { recursive: true });
    await parts.engine.use(async (connection) => {
      for (const table of SOURCE_TABLES) {
        const files = parts.manifest.files.filter((file) => file.table === table);
        await connection.run(`CREATE VIEW ${table} AS ${parts.files.query(table, files)}`);
      }
    });
    return new DuckDbSession(parts);
  }

  async materialise(table: string, sql: string, parameters: SqlParameters = {}): Promise<TableSummary> {
    assertResultTable(table);
    const path = this.#path(table);
    return await this.#engine.use(async (connection) => {
      if (await isFile(path)) return { table, rows: await countRows(connection, path) };
      await this.#showTables(connection);
      const statement = toDuckDb(sql);
      const { values, types } = bindParameters(statement, parameters);
      return { table, rows: await writeParquet(connection, statement.sql, path, values, types) };
    });
  }

  async *stream(
    sql: string,
    parameters: SqlParameters = {},
    signal?: AbortSignal,
  ): AsyncGenerator<ColumnBatch, void, undefined> {
    signal?.throwIfAborted();
    const statement = toDuckDb(sql);
    const { values, types } = bindParameters(statement, parameters);
    const connection = await this.#engine.connect();
    const interrupt = (): void => connection.interrupt();
    signal?.addEventListener('abort', interrupt, { once: true });
    try {
      await this.#showTables(connection);
      // An interrupt stops only what runs already.
      signal?.throwIfAborted();
      const count = await connection.runAndReadAll(
        `SELECT COUNT(*) FROM (${statement.sql}\n)`,
        values,
        types,
      );
      const expected = Number(count.getRows()[0]?.[0]);
      signal?.throwIfAborted();
      const result = await connection.stream(statement.sql, values, types);
      const names = result.columnNames();
      let streamed = 0;
      for (;;) {
        signal?.throwIfAborted();
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) break;
        streamed += chunk.rowCount;
        yield new DuckDbBatch(chunk, names);
      }
      signal?.throwIfAborted();
      // The engine ends a stream in the same way after its last row and after a fault; only the count tells them apart.
      if (streamed !== expected) {
        throw new HunchError(
          'INVALID_DATA',
          `A result ended after ${streamed} of ${expected} rows; a data file may be damaged.`,
        );
      }
    } catch (error) {
      signal?.throwIfAborted();
      throw this.#engine.explain(error);
    } finally {
      signal?.removeEventListener('abort', interrupt);
      this.#engine.disconnect(connection);
    }
  }

  async all(sql: string, parameters: SqlParameters = {}): Promise<Record<string, unknown>[]> {
    return await this.#engine.use(async (connection) => {
      await this.#showTables(connection);
      const statement = toDuckDb(sql);
      const { values, types } = bindParameters(statement, parameters);
      const result = await connection.run(statement.sql, values, types);
      return await result.convertRowObjects(toPlainValue);
    });
  }

  /** DuckDB reads its own files: nothing is billed. */
  bytesProcessed(): null {
    return null;
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  /** Makes the run's tables known, those that other processes have made since, too. */
  async #showTables(connection: DuckDBConnection): Promise<void> {
    for (const file of await readdir(this.#tablesFolder)) {
      const name = file.slice(0, -ENDING.length);
      if (!file.endsWith(ENDING) || !isResultTable(name) || this.#seen.has(name)) continue;
      const source = `read_parquet(${quotedPath(this.#path(name))}, hive_partitioning = false)`;
      await connection.run(`CREATE OR REPLACE VIEW ${name} AS SELECT * FROM ${source}`);
      this.#seen.add(name);
    }
  }

  #path(table: string): string {
    return join(this.#tablesFolder, table + ENDING);
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

async function countRows(connection: DuckDBConnection, path: string): Promise<number> {
  const result = await connection.runAndReadAll(
    `SELECT sum(num_rows) FROM parquet_file_metadata(${quotedPath(path)})`,
  );
  return Number(result.getRows()[0]?.[0] ?? 0);
}
