export const SOURCE_TABLES = ['events', 'polls', 'topics', 'user_changes'] as const;
export type SourceTable = (typeof SOURCE_TABLES)[number];

/** STRINGS: a list of texts, never NULL. */
export type ColumnType = 'STRING' | 'STRINGS' | 'TIMESTAMP' | 'BOOL' | 'INT64';
export type Columns = Readonly<Record<string, ColumnType>>;

/**
 * The columns of the source tables; what they mean is told in jobs/sql/README.md. `arrival` is
 * given by the warehouse.
 */
export const SOURCE_COLUMNS: Readonly<Record<SourceTable, Columns>> = {
  events: {
    event_id: 'STRING',
    user_id: 'STRING',
    poll_id: 'STRING',
    option_id: 'STRING',
    kind: 'STRING',
    occurred_at: 'TIMESTAMP',
    recorded_at: 'TIMESTAMP',
    is_author: 'BOOL',
    recommendation_id: 'STRING',
    position: 'INT64',
    arrival: 'INT64',
  },
  polls: {
    poll_id: 'STRING',
    question: 'STRING',
    option_ids: 'STRINGS',
    option_labels: 'STRINGS',
    topics: 'STRINGS',
    language: 'STRING',
    author_id: 'STRING',
    created_at: 'TIMESTAMP',
    closes_at: 'TIMESTAMP',
    status: 'STRING',
    recorded_at: 'TIMESTAMP',
    arrival: 'INT64',
  },
  topics: {
    topic_id: 'STRING',
    title: 'STRING',
    language: 'STRING',
    recorded_at: 'TIMESTAMP',
    arrival: 'INT64',
  },
  user_changes: {
    change_id: 'STRING',
    user_id: 'STRING',
    kind: 'STRING',
    into_user_id: 'STRING',
    topics: 'STRINGS',
    languages: 'STRINGS',
    occurred_at: 'TIMESTAMP',
    recorded_at: 'TIMESTAMP',
    arrival: 'INT64',
  },
};
