import { HunchError } from '../../domain/errors.js';
import type { ResultField } from './bigquery-result.js';

/** The tables of the app's own pipeline, as deploy/bigquery documents them. */
export const APP_TABLES = ['votes', 'impressions', 'polls'] as const;
export type AppTable = (typeof APP_TABLES)[number];

interface Columns {
  readonly required: readonly string[];
  readonly lists: readonly string[];
}
const COLUMNS: Readonly<Record<AppTable, Columns>> = {
  votes: { required: ['user_id', 'poll_id', 'option', 'voted_at'], lists: [] },
  impressions: { required: ['user_id', 'poll_id', 'seen_at'], lists: [] },
  polls: { required: ['poll_id', 'option_ids'], lists: ['option_ids', 'option_labels', 'topics'] },
};
const TIMES = new Set(['TIMESTAMP', 'DATETIME', 'DATE']);

/** How the columns of one of the app's tables are read, by what its schema says. */
export class AppColumns {
  readonly #table: AppTable;
  readonly #fields: ReadonlyMap<string, ResultField>;

  private constructor(table: AppTable, fields: ReadonlyMap<string, ResultField>) {
    this.#table = table;
    this.#fields = fields;
  }

  /** Rejects with INVALID_CONFIGURATION where a column is missing, or is a list where it should be none. */
  static of(table: AppTable, fields: readonly ResultField[]): AppColumns {
    const byName = new Map(fields.map((field) => [field.name.toLowerCase(), field]));
    const { required, lists } = COLUMNS[table];
    for (const name of required) {
      if (!byName.has(name)) throw unmapped(table, `has no column ${name}, which Hunch reads`);
    }
    for (const name of lists) {
      const field = byName.get(name);
      if (field !== undefined && field.mode !== 'REPEATED') {
        throw unmapped(table, `has ${name} as ${field.type}, and not as ARRAY<STRING>`);
      }
    }
    return new AppColumns(table, byName);
  }

  has(name: string): boolean {
    return this.#fields.has(name);
  }

  /** As STRING; NULL where there is no such column. */
  text(name: string): string {
    return this.has(name) ? `CAST(\`${name}\` AS STRING)` : 'CAST(NULL AS STRING)';
  }

  /** As TIMESTAMP; NULL where there is no such column. */
  time(name: string): string {
    const field = this.#fields.get(name);
    if (field === undefined) return 'CAST(NULL AS TIMESTAMP)';
    if (!TIMES.has(field.type))
      throw unmapped(this.#table, `has ${name} as ${field.type}, and not as TIMESTAMP`);
    // As it is where it can be, so that only the partitions that are wanted are read.
    return field.type === 'TIMESTAMP' ? `\`${name}\`` : `CAST(\`${name}\` AS TIMESTAMP)`;
  }

  truth(name: string): string {
    return this.has(name) ? `COALESCE(\`${name}\`, FALSE)` : 'FALSE';
  }

  whole(name: string): string {
    return this.has(name) ? `CAST(\`${name}\` AS INT64)` : 'CAST(NULL AS INT64)';
  }

  /**
   * An ARRAY<STRING> in its order; empty for NULL, as BigQuery stores that, and where there is no such column. It would store no
   * list with a NULL in it: that is left out, or with `keepsPlaces` an empty text.
   */
  list(name: string, { keepsPlaces = false }: { readonly keepsPlaces?: boolean } = {}): string {
    if (!this.has(name)) return 'CAST([] AS ARRAY<STRING>)';
    const item = keepsPlaces ? "COALESCE(CAST(item AS STRING), '')" : 'CAST(item AS STRING)';
    const where = keepsPlaces ? '' : ' WHERE item IS NOT NULL';
    return `ARRAY(SELECT ${item} FROM UNNEST(\`${name}\`) AS item WITH OFFSET AS place${where} ORDER BY place)`;
  }
}

const unmapped = (table: AppTable, fault: string): HunchError =>
  new HunchError(
    'INVALID_CONFIGURATION',
    `The table ${table} ${fault}. Define a view ${table} that gives it, as deploy/bigquery/views.example.sql does.`,
  );
