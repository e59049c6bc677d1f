import { HunchError } from '../../domain/errors.js';
import type { PollEvent, UserChange } from '../../domain/event.js';
import type { Poll } from '../../domain/poll.js';
import { DAY, type Millis } from '../../domain/time.js';
import type { SourceTable } from './source-tables.js';
import type { Topic, WarehouseRows } from './warehouse.js';

export type SourceValue = string | number | boolean | null | readonly string[];

/** A row as values in the order of its table's columns, without `arrival`. Times are in milliseconds. */
export interface SourceRow {
  readonly recordedAt: Millis;
  readonly values: readonly SourceValue[];
}

const eventRow = (event: PollEvent): SourceRow => ({
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

const pollRow = ({ poll, recordedAt }: { poll: Poll; recordedAt: Millis }): SourceRow => ({
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

const topicRow = ({ topic, recordedAt }: { topic: Topic; recordedAt: Millis }): SourceRow => ({
  recordedAt,
  values: [topic.id, topic.title, topic.language, recordedAt],
});

const userChangeRow = ({ change, recordedAt }: { change: UserChange; recordedAt: Millis }): SourceRow => ({
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

/** Rows of one table on their way into the warehouse. */
export interface TableRows {
  readonly table: SourceTable;
  readonly count: number;
  /** Makes the rows one at a time, so that a large batch is not held twice. Throws INVALID_DATA at a time that is none. */
  readonly rows: () => Iterable<SourceRow>;
}

/** What is to be added, table by table, those without rows left out. */
export function tableRows(rows: WarehouseRows): TableRows[] {
  return [
    lazily('events', rows.events ?? [], eventRow),
    lazily('polls', rows.polls ?? [], pollRow),
    lazily('topics', rows.topics ?? [], topicRow),
    lazily('user_changes', rows.userChanges ?? [], userChangeRow),
  ].filter(({ count }) => count > 0);
}

function lazily<T>(table: SourceTable, items: readonly T[], toRow: (item: T) => SourceRow): TableRows {
  const rows = function* (): Generator<SourceRow> {
    for (const item of items) {
      const row = toRow(item);
      assertTimes(row);
      yield row;
    }
  };
  return { table, count: items.length, rows };
}

/** The largest time that a date can hold, in milliseconds. */
const END_OF_TIME = 100_000_000 * DAY;

function assertTimes({ recordedAt, values }: SourceRow): void {
  if (Number.isSafeInteger(recordedAt) && Math.abs(recordedAt) <= END_OF_TIME) {
    if (!values.some((value) => typeof value === 'number' && !Number.isSafeInteger(value))) return;
  }
  throw new HunchError(
    'INVALID_DATA',
    `A row recorded at ${recordedAt} has a time that is no whole millisecond.`,
  );
}
