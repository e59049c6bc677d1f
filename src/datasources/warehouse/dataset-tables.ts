import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../platform/package-root.js';
import type { BigQueryDataset } from './bigquery-dataset.js';
import { SOURCE_TABLES } from './source-tables.js';

/** The tables that Hunch keeps in a dataset; `deploy/bigquery/NAME.sql` makes each. */
export const OWN_TABLES: readonly string[] = [
  ...SOURCE_TABLES.map((table) => `hunch_${table}`),
  'hunch_source_events',
  'hunch_source_polls',
];

/** Makes those that are missing. */
export async function ensureTables(dataset: BigQueryDataset): Promise<void> {
  await Promise.all(
    OWN_TABLES.map(async (name) => {
      if ((await dataset.table(name)) !== null) return;
      const sql = await readFile(join(packageRoot(), 'deploy', 'bigquery', `${name}.sql`), 'utf8');
      await dataset.make({ sql, doing: `making ${name}` });
    }),
  );
}
