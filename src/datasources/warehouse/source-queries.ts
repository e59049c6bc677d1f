import type { Millis } from '../../domain/time.js';
import { timeOfArrival } from './arrival-sequence.js';
import { SOURCE_COLUMNS, SOURCE_TABLES, type SourceTable } from './source-tables.js';

export interface SourceBounds {
  /** Rows that arrived later are not seen. */
  readonly arrival: bigint;
  /** Whether anything was ever copied out of the app's tables. */
  readonly extracted: boolean;
  /** A vote of the app's and one of ours, of one user for one option of a poll and no longer apart, is one vote. */
  readonly duplicateWindowMs: Millis;
}

/** The source tables of the statements, each as a SELECT over the tables of the dataset. */
export function sourceQueries(bounds: SourceBounds): ReadonlyMap<SourceTable, string> {
  return new Map(SOURCE_TABLES.map((table) => [table, sourceQuery(table, bounds)]));
}

function sourceQuery(table: SourceTable, { arrival, extracted, duplicateWindowMs }: SourceBounds): string {
  const columns = Object.keys(SOURCE_COLUMNS[table]);
  const select = (from: string): string =>
    `SELECT ${columns.join(', ')} FROM ${from} WHERE arrival <= ${arrival}`;
  const own = select(`hunch_${table}`);
  if (!extracted) return own;
  if (table === 'polls') return `${own}\nUNION ALL\n${select('hunch_source_polls')}`;
  if (table !== 'events') return own;
  return `${own}
UNION ALL
SELECT ${columns.map((column) => `source.${column}`).join(', ')}
FROM hunch_source_events AS source
LEFT JOIN (
  SELECT DISTINCT theirs.event_id
  FROM hunch_source_events AS theirs
  JOIN hunch_events AS ours
    ON ours.user_id = theirs.user_id AND ours.poll_id = theirs.poll_id AND ours.option_id = theirs.option_id
  WHERE theirs.kind = 'VOTE'
    AND ours.kind = 'VOTE'
    AND theirs.arrival <= ${arrival}
    AND ours.arrival <= ${arrival}
    AND ABS(UNIX_MILLIS(ours.occurred_at) - UNIX_MILLIS(theirs.occurred_at)) <= ${duplicateWindowMs}
) AS repeated ON repeated.event_id = source.event_id
WHERE source.arrival <= ${arrival} AND repeated.event_id IS NULL`;
}

/** The tables behind the source tables: ours, and copies of the app's rows. */
const STORED: readonly (readonly [source: SourceTable, table: string])[] = [
  ...SOURCE_TABLES.map((table) => [table, `hunch_${table}`] as const),
  ['events', 'hunch_source_events'],
  ['polls', 'hunch_source_polls'],
];

/** The newest arrival of all; 0 where there is none. One row: `arrival`. */
export const NEWEST_ARRIVAL = `SELECT COALESCE(MAX(arrival), 0) AS arrival FROM (\n${STORED.map(
  ([, table]) => `SELECT arrival FROM ${table}`,
).join('\nUNION ALL\n')}\n)`;

/**
 * Rows that are stored of each source table. Columns: source, row_count, through (of recorded_at: the newest, no later than the
 * arrival, since the app's rows may claim to be of the future).
 */
export const storedCounts = (arrival: bigint): string =>
  `SELECT source, COUNT(*) AS row_count, LEAST(MAX(recorded_at), TIMESTAMP_MILLIS(${timeOfArrival(arrival)})) AS through
FROM (\n${STORED.map(
    ([source, table]) =>
      `SELECT '${source}' AS source, recorded_at FROM ${table} WHERE arrival <= ${arrival}`,
  ).join('\nUNION ALL\n')}\n)\nGROUP BY source`;
