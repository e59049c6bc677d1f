import { type DuckDBAppender, DuckDBTimestampValue, LIST, VARCHAR } from '@duckdb/node-api';
import type { SourceRow, SourceValue } from './source-rows.js';
import { type Columns, type ColumnType, SOURCE_COLUMNS, type SourceTable } from './source-tables.js';

const DUCKDB_TYPES: Readonly<Record<ColumnType, string>> = {
  STRING: 'VARCHAR',
  STRINGS: 'VARCHAR[]',
  TIMESTAMP: 'TIMESTAMP',
  BOOL: 'BOOLEAN',
  INT64: 'BIGINT',
};
const TEXTS = LIST(VARCHAR);

/** The columns of a source table, each as its name and DuckDB's type. */
export const duckDbColumns = (table: SourceTable): (readonly [name: string, type: string])[] =>
  Object.entries(SOURCE_COLUMNS[table]).map(([name, type]) => [name, DUCKDB_TYPES[type]]);

/** The columns as CREATE TABLE wants them. */
export const duckDbTable = (table: SourceTable): string =>
  duckDbColumns(table)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ');

/** Gives the row to an appender of its table; `arrival` is its place in the batch. */
export function appendRow(appender: DuckDBAppender, columns: Columns, row: SourceRow, arrival: number): void {
  let place = 0;
  for (const type of Object.values(columns)) {
    appendValue(appender, type, place < row.values.length ? (row.values[place] ?? null) : arrival);
    place++;
  }
  appender.endRow();
}

function appendValue(appender: DuckDBAppender, type: ColumnType, value: SourceValue): void {
  if (value === null) appender.appendNull();
  else if (typeof value === 'string') appender.appendVarchar(value);
  else if (typeof value === 'boolean') appender.appendBoolean(value);
  else if (typeof value !== 'number') appender.appendList(value, TEXTS);
  else if (type === 'TIMESTAMP') appender.appendTimestamp(new DuckDBTimestampValue(BigInt(value) * 1000n));
  else appender.appendBigInt(BigInt(value));
}
