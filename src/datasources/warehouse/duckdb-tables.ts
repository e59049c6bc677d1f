import { type DuckDBAppender, DuckDBTimestampValue, LIST, VARCHAR } from '@duckdb/node-api';
import type { PollEvent, UserChange } from '../../domain/event.js';
import type { Poll } from '../../domain/poll.js';
import type { Millis } from '../../domain/time.js';
import type { Topic } from './warehouse.js';

export const SOURCE_TABLES = ['events', 'polls', 'topics', 'user_changes'] as const;
export type SourceTable = (typeof SOURCE_TABLES)[number];

type ColumnType = 'VARCHAR' | 'VARCHAR[]' | 'TIMESTAMP' | 'BOOLEAN' | 'BIGINT';
type Columns = Readonly<Record<string, ColumnType>>;

/**
 * The columns of the source tables; what they mean is told in jobs/sql/README.md. `arrival` counts the rows of one batch
 * from 0 in a file as it is appended; readers add the file's `arrivalBase`.
 */
export const SOURCE_COLUMNS: Readonly<Record<SourceTable, Columns>> = {
  events: {
    event_id: 'VARCHAR',
    user_id: 'VARCHAR',
    poll_id: 'VARCHAR',
    option_id: 'VARCHAR',
    kind: 'VARCHAR',
    occurred_at: 'TIMESTAMP',
    recorded_at: 'TIMESTAMP',
    is_author: 'BOOLEAN',
    recommendation_id: 'VARCHAR',
    position: 'BIGINT',
    arrival: 'BIGINT',
  },
  polls: {
    poll_id: 'VARCHAR',
    question: 'VARCHAR',
    option_ids: 'VARCHAR[]',
    option_labels: 'VARCHAR[]',
    topics: 'VARCHAR[]',
    language: 'VARCHAR',
    author_id: 'VARCHAR',
    created_at: 'TIMESTAMP',
    closes_at: 'TIMESTAMP',
    status: 'VARCHAR',
    recorded_at: 'TIMESTAMP',
    arrival: 'BIGINT',
  },
  topics: {
    topic_id: 'VARCHAR',
    title: 'VARCHAR',
    language: 'VARCHAR',
    recorded_at: 'TIMESTAMP',
    arrival: 'BIGINT',
  },
  user_changes: {
    change_id: 'VARCHAR',
    user_id: 'VARCHAR',
    kind: 'VARCHAR',
    into_user_id: 'VARCHAR',
    topics: 'VARCHAR[]',
    languages: 'VARCHAR[]',
    occurred_at: 'TIMESTAMP',
    recorded_at: 'TIMESTAMP',
    arrival: 'BIGINT',
  },
};

const TEXTS = LIST(VARCHAR);

type Value = string | number | boolean | null | readonly string[];

/** A row as values in the order of its table's columns, without `arrival`. Times are in milliseconds. */
export interface SourceRow {
  readonly recordedAt: Millis;
  readonly values: readonly Value[];
}

export const eventRow = (event: PollEvent): SourceRow => ({
  recordedAt: event.recordedAt,
  values: [
    event.eventId,
    event.userId,
    event.pollId,
    event.kind === 'VOTE' ? event.optionId : null,
    event.kind,
    event.occurredAt,
    event.recordedAt,
    event.kind === 'VOTE' && event.isAuthor,
    event.recommendationId,
    event.kind === 'IMPRESSION' ? event.position : null,
  ],
});

export const pollRow = ({ poll, recordedAt }: { poll: Poll; recordedAt: Millis }): SourceRow => ({
  recordedAt,
  values: [
    poll.id,
    poll.question,
    poll.options.map((option) => option.id),
    poll.options.map((option) => option.label),
    poll.topics,
    poll.language,
    poll.authorId,
    poll.createdAt,
    poll.closesAt,
    poll.status,
    recordedAt,
  ],
});

export const topicRow = ({ topic, recordedAt }: { topic: Topic; recordedAt: Millis }): SourceRow => ({
  recordedAt,
  values: [topic.id, topic.title, topic.language, recordedAt],
});

export const userChangeRow = ({
  change,
  recordedAt,
}: {
  change: UserChange;
  recordedAt: Millis;
}): SourceRow => ({
  recordedAt,
  values: [
    change.changeId,
    change.userId,
    change.kind,
    change.kind === 'MERGE' ? change.into : null,
    change.kind === 'INTERESTS' ? change.topics : [],
    change.kind === 'INTERESTS' ? change.languages : [],
    change.occurredAt,
    recordedAt,
  ],
});

/** Gives the row to an appender of its table; `arrival` is its place in the batch. */
export function appendRow(appender: DuckDBAppender, columns: Columns, row: SourceRow, arrival: number): void {
  let place = 0;
  for (const type of Object.values(columns)) {
    appendValue(appender, type, place < row.values.length ? (row.values[place] ?? null) : arrival);
    place++;
  }
  appender.endRow();
}

function appendValue(appender: DuckDBAppender, type: ColumnType, value: Value): void {
  if (value === null) appender.appendNull();
  else if (typeof value === 'string') appender.appendVarchar(value);
  else if (typeof value === 'boolean') appender.appendBoolean(value);
  else if (typeof value !== 'number') appender.appendList(value, TEXTS);
  else if (type === 'TIMESTAMP') appender.appendTimestamp(new DuckDBTimestampValue(BigInt(value) * 1000n));
  else appender.appendBigInt(BigInt(value));
}
