import { z } from 'zod';
import { HunchError } from '../../domain/errors.js';
import { APP_TABLES, AppColumns, type AppTable } from './app-tables.js';
import type { BigQuerySettings } from './bigquery-connection.js';
import { BigQueryDataset } from './bigquery-dataset.js';
import { OWN_TABLES } from './dataset-tables.js';

/** Something of the dataset that is missing or can not be used. */
export interface DatasetFault {
  readonly table: string;
  /** MISSING: there is no such table. UNUSABLE: `reason` says why it can not be read. */
  readonly state: 'MISSING' | 'UNUSABLE';
  readonly reason: string | null;
}

export interface DatasetDescription {
  readonly location: string;
  /** Of planning a small query, in milliseconds. */
  readonly latencyMs: number;
  /** Rows of each of our own tables that is there. */
  readonly own: Readonly<Record<string, number>>;
  readonly ownFaults: readonly DatasetFault[];
  /** The app's tables that are there and can be read. */
  readonly app: readonly AppTable[];
  readonly appFaults: readonly DatasetFault[];
}

/**
 * Looks at the dataset, its own tables and the app's, and makes none. Rejects where the dataset is missing, may not be read, or where
 * the caller may not run jobs.
 */
export async function describeBigQuery(settings: BigQuerySettings): Promise<DatasetDescription> {
  const dataset = new BigQueryDataset(settings);
  const location = await dataset.location();
  const started = performance.now();
  await dataset.dryRun({ sql: 'SELECT 1', doing: 'planning a query' });
  const latencyMs = performance.now() - started;
  const tables = await Promise.all(OWN_TABLES.map((table) => dataset.table(table)));
  const isThere = (_: string, place: number): boolean => tables[place] !== null;
  const app = await Promise.all(APP_TABLES.map((table) => lookAtApp(dataset, table)));
  return {
    location,
    latencyMs,
    own: await countRows(dataset, OWN_TABLES.filter(isThere)),
    ownFaults: OWN_TABLES.filter((table, place) => !isThere(table, place)).map(missing),
    app: app.flatMap(({ table, fault }) => (fault === null ? [table] : [])),
    appFaults: app.flatMap(({ fault }) => (fault === null ? [] : [fault])),
  };
}

const counts = z.array(z.object({ table_name: z.string(), row_count: z.number() }));

/** By a query, which reads no bytes: what was streamed in lately is in no description of a table. */
async function countRows(
  dataset: BigQueryDataset,
  tables: readonly string[],
): Promise<Readonly<Record<string, number>>> {
  if (tables.length === 0) return {};
  const selects = tables.map(
    (table) => `SELECT '${table}' AS table_name, COUNT(*) AS row_count FROM ${table}`,
  );
  const rows = await dataset.rows({ sql: selects.join('\nUNION ALL\n'), doing: 'counting the rows' });
  const found = new Map(counts.parse(rows).map((row) => [row.table_name, row.row_count]));
  return Object.fromEntries(tables.map((table) => [table, found.get(table) ?? 0]));
}

const missing = (table: string): DatasetFault => ({ table, state: 'MISSING', reason: null });

/** A view may be seen and yet not be read, since it reads other tables: so reading it is planned. */
async function lookAtApp(
  dataset: BigQueryDataset,
  table: AppTable,
): Promise<{ readonly table: AppTable; readonly fault: DatasetFault | null }> {
  try {
    const state = await dataset.table(table);
    if (state === null) return { table, fault: missing(table) };
    AppColumns.of(table, state.fields);
    await dataset.dryRun({ sql: `SELECT * FROM ${table}`, doing: `reading ${table}` });
    return { table, fault: null };
  } catch (error) {
    if (!(error instanceof HunchError) || error.retryable) throw error;
    return { table, fault: { table, state: 'UNUSABLE', reason: error.message } };
  }
}
