import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, JSDuckDBValueConverter } from '@duckdb/node-api';
import { BadInputError } from '../domain/errors.js';
import type { FileBytes } from './file-bytes.js';
import { REJECT_REASONS, RowFault } from './reject-reason.js';
import { knownColumns, missingColumns, type RowBatch, type RowReader, type RowSchema } from './row-reader.js';

/** Enough for a row group of long texts; DuckDB takes most of the machine's memory by default. */
const MEMORY_LIMIT = '512MB';

/**
 * Reads Parquet by DuckDB, chunk by chunk; only the columns that are known. A gzipped file is unpacked beside the system's
 * temporary files first, since Parquet is read from its end. Rejects with BAD_USER_INPUT where the file is no Parquet or lacks a
 * column that is needed.
 */
export async function openParquetRows(path: string, file: FileBytes, schema: RowSchema): Promise<RowReader> {
  const folder = file.gzipped ? await mkdtemp(join(tmpdir(), 'hunch-import-')) : null;
  const close = async (): Promise<void> => {
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  };
  try {
    const plain = folder === null ? path : await unpack(path, file, join(folder, 'rows.parquet'));
    const found = await describeParquet(plain, path);
    const problem = missingColumns(schema, found.columns);
    if (problem !== null) throw new BadInputError(`The Parquet file ${path} (${schema.kind}) ${problem}`);
    const columns = knownColumns(schema).filter((name) => found.columns.includes(name));
    const state = { read: 0 };
    return {
      columns,
      batches: readBatches({ path: plain, columns, rows: found.rows, state }),
      progress: () => (found.rows === 0 ? 1 : Math.min(1, state.read / found.rows)),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function unpack(path: string, file: FileBytes, target: string): Promise<string> {
  const handle = await open(target, 'wx');
  try {
    for await (const chunk of file.chunks) await handle.writeFile(chunk);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || !String(error.code).startsWith('Z_')) throw error;
    throw new BadInputError(`${path} is damaged (gzip: ${error.message}). Copy the file again.`);
  } finally {
    await handle.close();
  }
  return target;
}

async function connect() {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: MEMORY_LIMIT });
  const connection = await instance.connect();
  return {
    connection,
    close(): void {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function describeParquet(
  plain: string,
  path: string,
): Promise<{ readonly columns: readonly string[]; readonly rows: number }> {
  const { connection, close } = await connect();
  try {
    const empty = await connection.run('SELECT * FROM read_parquet($1) LIMIT 0', [plain]);
    const counted = await connection.run('SELECT sum(num_rows)::DOUBLE FROM parquet_file_metadata($1)', [
      plain,
    ]);
    const [[rows] = []] = await counted.getRowsJS();
    return { columns: empty.columnNames(), rows: Number(rows ?? 0) };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new BadInputError(`${path} can not be read as Parquet. Write it again. (${detail})`);
  } finally {
    close();
  }
}

async function* readBatches(source: {
  readonly path: string;
  readonly columns: readonly string[];
  /** As the file's footer tells. */
  readonly rows: number;
  readonly state: { read: number };
}): AsyncGenerator<RowBatch> {
  const { columns, state } = source;
  const { connection, close } = await connect();
  try {
    const names = columns.map((name) => `"${name.replaceAll('"', '""')}"`).join(', ');
    const result = await connection.stream(`SELECT ${names} FROM read_parquet($1)`, [source.path]);
    for await (const chunk of result.yieldConvertedRows(JSDuckDBValueConverter)) {
      const rows = chunk.map((values, index) => ({ line: state.read + index + 1, values }));
      state.read += rows.length;
      yield { rows, unreadable: [], raw: (index) => rowAsJson(columns, rows[index]?.values ?? []) };
    }
    // A fault after the first chunk ends DuckDB's stream without an error.
    if (state.read < source.rows) yield brokenOff(state.read + 1, `row ${state.read + 1} of ${source.rows}`);
  } catch (error) {
    yield brokenOff(state.read + 1, error instanceof Error ? error.message : String(error));
  } finally {
    close();
  }
}

function brokenOff(line: number, detail: string): RowBatch {
  const fault = new RowFault('CORRUPT_FILE', `${REJECT_REASONS.CORRUPT_FILE} (${detail}). Write it again.`);
  return { rows: [], unreadable: [{ line, fault, raw: '' }], raw: () => '' };
}

function rowAsJson(columns: readonly string[], values: readonly unknown[]): string {
  const row = Object.fromEntries(columns.map((name, place) => [name, values[place]]));
  return JSON.stringify(row, (_key, value: unknown) => {
    if (typeof value === 'bigint') return String(value);
    return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;
  });
}
