import { splitVerbatim, withoutEnd } from './sql-text.js';

/**
 * Where GoogleSQL, in which the statements of jobs/sql are written, differs from what DuckDB reads. BigQuery takes the
 * statements as they are.
 */

/** Functions and types that DuckDB lacks; run once for each database. */
export const GOOGLE_SQL_NAMES: readonly string[] = [
  'CREATE TYPE FLOAT64 AS DOUBLE',
  'CREATE MACRO UNIX_MILLIS(moment) AS epoch_ms(moment)',
  'CREATE MACRO TIMESTAMP_MILLIS(milliseconds) AS make_timestamp_ms(milliseconds)',
  'CREATE MACRO SAFE_DIVIDE(part, whole) AS part / nullif(whole, 0)',
  'CREATE MACRO LOGICAL_OR(condition) AS bool_or(condition)',
  // DuckDB has one of that name, which gives NULL for no rows.
  'CREATE MACRO COUNTIF(condition) AS count(CASE WHEN condition THEN 1 END)',
  'CREATE MACRO GENERATE_ARRAY(first, last) AS generate_series(first, last)',
  // Another number than BigQuery gives, as evenly spread; it is not kept anywhere.
  'CREATE MACRO FARM_FINGERPRINT(text) AS CAST(hash(text) >> 1 AS BIGINT)',
];

const IN_UNNEST = /\bIN\s+UNNEST\s*\(([^()]*)\)/gi;
/** The list may itself be a call. */
const UNNEST_AS = /\bUNNEST\s*\(((?:[^()]|\([^()]*\))*)\)\s+AS\s+(\w+)/gi;
const PARAMETER = /@(\w+)/g;

export interface DuckDbStatement {
  readonly sql: string;
  /** Names of the parameters it wants. */
  readonly parameters: ReadonlySet<string>;
}

/**
 * The statement in DuckDB's words: `@name` becomes `$name`, `x IN UNNEST(list)` a subquery, and `UNNEST(list) AS item`
 * names the column rather than the table, as BigQuery means it.
 */
export function toDuckDb(googleSql: string): DuckDbStatement {
  const parameters = new Set<string>();
  const sql = splitVerbatim(googleSql)
    .map((part, place) => (place % 2 === 1 ? part : translate(part, parameters)))
    .join('');
  return { sql: withoutEnd(sql), parameters };
}

const translate = (code: string, parameters: Set<string>): string =>
  code
    .replace(IN_UNNEST, 'IN (SELECT UNNEST($1))')
    .replace(UNNEST_AS, 'UNNEST($1) AS $2($2)')
    .replace(PARAMETER, (_, name: string) => {
      parameters.add(name);
      return `$${name}`;
    });

/** Text as a literal. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A path that is to be read, as a literal: DuckDB takes `*`, `?` and `[` for patterns. */
export const quotedPath = (path: string): string => quoted(path.replace(/[[*?]/g, '[$&]'));
