import type { AppColumns } from './app-tables.js';
import { SOURCE_COLUMNS } from './source-tables.js';

/**
 * Arrivals of copied rows: counted in each of so many parts by their ids, since BigQuery can not number all rows of a large
 * table in one go.
 */
const PARTS = 4_096;
const arrivals = (id: string): string =>
  `@first_arrival + ${PARTS} * (ROW_NUMBER() OVER (PARTITION BY ABS(MOD(FARM_FINGERPRINT(${id}), ${PARTS})) ORDER BY ${id}) - 1)
    + ABS(MOD(FARM_FINGERPRINT(${id}), ${PARTS}))`;

const columnsOf = (table: 'events' | 'polls'): string => Object.keys(SOURCE_COLUMNS[table]).join(', ');

export interface EventTables {
  readonly votes: AppColumns | null;
  readonly impressions: AppColumns | null;
}

/** Where the last runs got to. Columns: votes, impressions (TIMESTAMP or NULL). Parameters: @now (TIMESTAMP). */
export const WATERMARKS = `SELECT
  MAX(CASE WHEN kind = 'VOTE' THEN recorded_at END) AS votes,
  MAX(CASE WHEN kind = 'IMPRESSION' THEN recorded_at END) AS impressions
FROM hunch_source_events
WHERE recorded_at <= TIMESTAMP_MILLIS(@now)`;

/**
 * Copies the events that are not there yet, or null without any table of events. Parameters: @votes_since and
 * @impressions_since (of the app's rows, those recorded earlier are not read), @known_since (the smaller of the two), all INT64 milliseconds,
 * and @first_arrival.
 */
export function copyEvents({ votes, impressions }: EventTables): string | null {
  const selects = [
    ...(votes === null ? [] : [voteRows(votes)]),
    ...(impressions === null ? [] : [impressionRows(impressions)]),
  ];
  if (selects.length === 0) return null;
  const columns = columnsOf('events');
  return `INSERT INTO hunch_source_events (${columns})
WITH source AS (
${selects.join('\nUNION ALL\n')}
),
known AS (
  SELECT DISTINCT event_id FROM hunch_source_events WHERE recorded_at >= TIMESTAMP_MILLIS(@known_since)
),
fresh AS (
  SELECT source.*
  FROM source
  LEFT JOIN known ON known.event_id = source.event_id
  WHERE known.event_id IS NULL
  QUALIFY ROW_NUMBER() OVER (PARTITION BY source.event_id ORDER BY source.recorded_at, source.occurred_at) = 1
)
SELECT ${columns.replace(/, arrival$/, '')}, ${arrivals('event_id')} AS arrival
FROM fresh`;
}

function voteRows(votes: AppColumns): string {
  const time = votes.time('voted_at');
  return eventRows(votes, {
    table: 'votes',
    kind: 'VOTE',
    time,
    option: votes.text('option'),
    isAuthor: votes.truth('is_author'),
    recommendation: 'CAST(NULL AS STRING)',
    position: 'CAST(NULL AS INT64)',
  });
}

function impressionRows(impressions: AppColumns): string {
  return eventRows(impressions, {
    table: 'impressions',
    kind: 'IMPRESSION',
    time: impressions.time('seen_at'),
    option: 'CAST(NULL AS STRING)',
    isAuthor: 'FALSE',
    recommendation: impressions.text('recommendation_id'),
    position: impressions.whole('position'),
  });
}

interface EventExpressions {
  readonly table: 'votes' | 'impressions';
  readonly kind: 'VOTE' | 'IMPRESSION';
  readonly time: string;
  readonly option: string;
  readonly isAuthor: string;
  readonly recommendation: string;
  readonly position: string;
}

function eventRows(columns: AppColumns, to: EventExpressions): string {
  const user = columns.text('user_id');
  const poll = columns.text('poll_id');
  // The same hash that `hunch import` gives a row without an id.
  const what = to.kind === 'VOTE' ? `COALESCE(${to.option}, '')` : `'${to.kind}'`;
  const hashed = `SUBSTR(TO_HEX(SHA256(CONCAT(${user}, CHR(10), ${poll}, CHR(10), ${what}, CHR(10), CAST(UNIX_MILLIS(${to.time}) AS STRING)))), 1, 32)`;
  const since = `TIMESTAMP_MILLIS(@${to.table}_since)`;
  const recorded = columns.has('recorded_at') ? columns.time('recorded_at') : to.time;
  // Each comparison with a column of its own, so that only the partitions that are wanted are read.
  const unrecorded = recorded === to.time ? '' : ` OR (${recorded} IS NULL AND ${to.time} >= ${since})`;
  return `  SELECT
    COALESCE(NULLIF(${columns.text('event_id')}, ''), ${hashed}) AS event_id,
    ${user} AS user_id,
    ${poll} AS poll_id,
    ${to.option} AS option_id,
    '${to.kind}' AS kind,
    ${to.time} AS occurred_at,
    COALESCE(${recorded}, ${to.time}) AS recorded_at,
    ${to.isAuthor} AS is_author,
    ${to.recommendation} AS recommendation_id,
    ${to.position} AS position
  FROM ${to.table}
  WHERE (${recorded} >= ${since}${unrecorded})
    AND ${usable(to.time)}`;
}

/** What a row has to have for an event to be made of it. */
const usable = (time: string): string =>
  `${time} IS NOT NULL AND user_id IS NOT NULL AND poll_id IS NOT NULL`;

/**
 * How many rows nothing is copied of, since they lack a user, a poll or a time; null without any table. Of votes and impressions the
 * rows are looked at that copyEvents reads, and those that have no time to be read by. Parameters: as for copyEvents. One
 * row: passed_over.
 */
export function countPassedOver({
  votes,
  impressions,
  polls,
}: EventTables & { readonly polls: AppColumns | null }): string | null {
  const counts = [
    ...(votes === null ? [] : [unusableRows(votes, 'votes', votes.time('voted_at'))]),
    ...(impressions === null ? [] : [unusableRows(impressions, 'impressions', impressions.time('seen_at'))]),
    ...(polls === null ? [] : ['(SELECT COUNT(*) FROM polls WHERE poll_id IS NULL)']),
  ];
  return counts.length === 0 ? null : `SELECT\n  ${counts.join('\n  + ')} AS passed_over`;
}

function unusableRows(columns: AppColumns, table: 'votes' | 'impressions', time: string): string {
  const recorded = columns.has('recorded_at') ? columns.time('recorded_at') : time;
  return `(SELECT COUNT(*) FROM ${table}
    WHERE (${recorded} >= TIMESTAMP_MILLIS(@${table}_since) OR ${recorded} IS NULL) AND NOT (${usable(time)}))`;
}

const STATUSES = "'OPEN', 'CLOSED', 'HIDDEN', 'REMOVED'";

/** What a poll is compared by; when it was made does not change. */
const print = (from: string): string =>
  `CONCAT(TO_JSON_STRING([${['question', 'language', 'author_id', 'status']
    .map((column) => `COALESCE(${from}.${column}, '')`)
    .join(', ')}, COALESCE(CAST(UNIX_MILLIS(${from}.closes_at) AS STRING), '')]), ${[
    'option_ids',
    'option_labels',
    'topics',
  ]
    .map((column) => `TO_JSON_STRING(${from}.${column})`)
    .join(', ')})`;

/**
 * Copies the polls that differ from what was copied of them last. A poll counts as recorded when it was made, a later change
 * when it was found. Parameters: @now (INT64 milliseconds) and @first_arrival.
 */
export function copyPolls(polls: AppColumns): string {
  const columns = columnsOf('polls');
  const options = (name: string): string => polls.list(name, { keepsPlaces: true });
  return `INSERT INTO hunch_source_polls (${columns})
WITH source AS (
  SELECT
    ${polls.text('poll_id')} AS poll_id,
    COALESCE(${polls.text('question')}, '') AS question,
    ${options('option_ids')} AS option_ids,
    ${options(polls.has('option_labels') ? 'option_labels' : 'option_ids')} AS option_labels,
    ${polls.list('topics')} AS topics,
    ${polls.text('language')} AS language,
    ${polls.text('author_id')} AS author_id,
    ${polls.time('created_at')} AS created_at,
    ${polls.time('closes_at')} AS closes_at,
    CASE
      WHEN UPPER(COALESCE(${polls.text('status')}, 'OPEN')) IN (${STATUSES}) THEN UPPER(COALESCE(${polls.text('status')}, 'OPEN'))
      ELSE 'HIDDEN'
    END AS status
  FROM polls
  WHERE poll_id IS NOT NULL
),
printed AS (
  SELECT source.*, ${print('source')} AS print
  FROM source
  WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (PARTITION BY source.poll_id ORDER BY ${print('source')}) = 1
),
latest AS (
  SELECT last.poll_id, last.created_at, ${print('last')} AS print
  FROM hunch_source_polls AS last
  WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (PARTITION BY last.poll_id ORDER BY last.recorded_at DESC, last.arrival DESC) = 1
),
changed AS (
  SELECT
    printed.* EXCEPT (created_at, print),
    COALESCE(printed.created_at, latest.created_at, TIMESTAMP_MILLIS(@now)) AS created_at,
    CASE
      WHEN latest.poll_id IS NULL THEN LEAST(COALESCE(printed.created_at, TIMESTAMP_MILLIS(@now)), TIMESTAMP_MILLIS(@now))
      ELSE TIMESTAMP_MILLIS(@now)
    END AS recorded_at
  FROM printed
  LEFT JOIN latest ON latest.poll_id = printed.poll_id
  WHERE latest.poll_id IS NULL OR latest.print <> printed.print
)
SELECT
  ${columns.replace(/, arrival$/, '')},
  ${arrivals('poll_id')} AS arrival
FROM changed`;
}
