import { randomBytes } from 'node:crypto';
import { link, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Millis } from '../../domain/time.js';
import {
  fileErrorCode,
  isMissing,
  syncFile,
  syncFolder,
  unfinishedPath,
} from '../../platform/durable-files.js';
import { quoted, quotedPath } from './duckdb-dialect.js';
import { duckDbColumns } from './duckdb-tables.js';
import type { DataFile } from './manifest.js';
import { SOURCE_TABLES, type SourceTable } from './source-tables.js';

const ENDING = '.parquet';

/** The immutable Parquet files below the warehouse's folder: `TABLE/day=YYYY-MM-DD/NAME.parquet`. */
export class DataFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A SELECT of exactly the rows of these files, all of one table. */
  query(table: SourceTable, files: readonly DataFile[]): string {
    const columns = duckDbColumns(table);
    if (files.length === 0) {
      return `SELECT ${columns.map(([name, type]) => `NULL::${type} AS ${name}`).join(', ')} WHERE false`;
    }
    const parts = [
      { files: files.filter((file) => file.arrivalBase === 0), arrival: 'arrival' },
      { files: files.filter((file) => file.arrivalBase !== 0), arrival: null },
    ];
    const names = columns.map(([name]) => name).filter((name) => name !== 'arrival');
    return parts
      .filter((part) => part.files.length > 0)
      .map((part) => {
        const bases = `[${part.files.map((file) => file.arrivalBase).join(', ')}]`;
        const arrival = part.arrival ?? `arrival + ${bases}[CAST(file_index AS BIGINT) + 1] AS arrival`;
        const paths = part.files.map((file) => quotedPath(join(this.#folder, file.path)));
        const source = `read_parquet([${paths.join(', ')}], hive_partitioning = false)`;
        return `SELECT ${names.join(', ')}, ${arrival} FROM ${source}`;
      })
      .join(' UNION ALL ');
  }

  /**
   * Writes the rows of a SELECT as a new file, which is on the disk when it resolves, and a file of the warehouse once a
   * manifest names it.
   */
  async write(
    connection: DuckDBConnection,
    select: string,
    place: { readonly table: SourceTable; readonly day: string },
  ): Promise<{ path: string; rows: number }> {
    const relative = `${place.table}/day=${place.day}/${randomBytes(12).toString('hex')}${ENDING}`;
    const path = join(this.#folder, relative);
    const created = await mkdir(dirname(path), { recursive: true });
    const rows = await writeParquet(connection, select, path);
    if (created !== undefined) await syncFolder(dirname(created));
    await syncFolder(dirname(dirname(path)));
    return { path: relative, rows };
  }

  async remove(paths: readonly string[]): Promise<void> {
    for (const path of paths) await rm(join(this.#folder, path), { force: true });
  }

  /** Deletes files that no manifest came to name, last changed before `limit`: what killed writers left. */
  async removeOrphans(named: ReadonlySet<string>, limit: Millis): Promise<void> {
    for (const table of SOURCE_TABLES) {
      for (const day of await namesIn(join(this.#folder, table))) {
        for (const name of await namesIn(join(this.#folder, table, day))) {
          const relative = `${table}/${day}/${name}`;
          if (named.has(relative)) continue;
          const path = join(this.#folder, relative);
          const changedAt = await stat(path).then(
            (found) => found.mtimeMs,
            () => Number.POSITIVE_INFINITY,
          );
          if (changedAt < limit) await rm(path, { force: true });
        }
      }
    }
  }
}

const unlessThere = (error: unknown): void => {
  if (fileErrorCode(error) !== 'EEXIST') throw error;
};

/** Writes the rows of a SELECT (with its parameters) as a Parquet file, which appears whole; how many rows. */
export async function writeParquet(
  connection: DuckDBConnection,
  select: string,
  path: string,
  ...bound: Parameters<DuckDBConnection['run']> extends [string, ...infer Rest] ? Rest : never
): Promise<number> {
  const aside = unfinishedPath(path);
  try {
    const copy = `COPY (${select}) TO ${quoted(aside)} (FORMAT parquet, COMPRESSION zstd)`;
    const result = await connection.runAndReadAll(copy, ...bound);
    await syncFile(aside);
    // Who comes second leaves the first one's file alone: it may be read already, and holds the same.
    await link(aside, path).catch(unlessThere);
    await syncFolder(dirname(path));
    return Number(result.getRows()[0]?.[0] ?? 0);
  } finally {
    await rm(aside, { force: true });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
