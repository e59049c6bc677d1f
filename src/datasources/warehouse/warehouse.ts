import type { PollEvent, UserChange } from '../../domain/event.js';
import type { RunId } from '../../domain/ids.js';
import type { Poll } from '../../domain/poll.js';
import type { Millis } from '../../domain/time.js';

/** Topic titles and languages, as imported. */
export interface Topic {
  readonly id: string;
  readonly title: string;
  readonly language: string | null;
}

export interface WarehouseRows {
  readonly events?: readonly PollEvent[];
  readonly polls?: readonly { readonly poll: Poll; readonly recordedAt: Millis }[];
  readonly topics?: readonly { readonly topic: Topic; readonly recordedAt: Millis }[];
  readonly userChanges?: readonly { readonly change: UserChange; readonly recordedAt: Millis }[];
}

export interface AppendSummary {
  /** Rows stored. */
  readonly added: number;
  /** Events left out because their id is there already; always 0 without `skipKnown`. */
  readonly known: number;
}

/** A named state of the warehouse: a session that reads it sees nothing that was added later. */
export interface WarehouseSnapshot {
  readonly id: string;
  /** Newest `recorded_at` of its events: what was recorded later is not in it for sure. Null where there are none. */
  readonly through: Millis | null;
  readonly rows: {
    readonly events: number;
    readonly polls: number;
    readonly topics: number;
    readonly userChanges: number;
  };
}

export type SqlValue = string | number | bigint | boolean | null;
/** Named parameters: `@name` in the statement. */
export type SqlParameters = Readonly<Record<string, SqlValue | readonly string[] | readonly number[]>>;

/** A piece of a result, column by column: quick to read into typed arrays. */
export interface ColumnBatch {
  readonly rowCount: number;
  /**
   * Values of one column: whole numbers as numbers (as bigint where that would not be exact), timestamps as milliseconds,
   * lists as arrays, NULL as null (a list may be empty instead, where the engine knows no difference). Rejects unknown names.
   */
  column(name: string): readonly unknown[];
}

export interface TableSummary {
  readonly table: string;
  readonly rows: number;
}

export interface SessionOptions {
  readonly snapshot: WarehouseSnapshot;
  readonly flow: string;
  /** Result tables belong to this run and are seen by later sessions of the same run, in other processes too. */
  readonly run: RunId;
  readonly threads?: number | undefined;
  /** In MiB; what does not fit spills to disk. A statement that can't do with it rejects with FLOW_FAILED. */
  readonly memoryMb?: number | undefined;
}

/**
 * Statements of `jobs/sql`, run over one snapshot. Source tables: `events`, `polls`, `topics`, `user_changes` (columns in
 * jobs/sql/README.md); result tables of the run by the name they were made under.
 */
export interface WarehouseSession {
  /**
   * Runs a SELECT and keeps its result as a table of the run, which appears whole. Where the table is there already, nothing
   * is run again. Parameters that the statement does not name are passed over; one that it names and lacks is refused.
   */
  materialise(table: string, sql: string, parameters?: SqlParameters): Promise<TableSummary>;
  /** Streams a result. */
  stream(sql: string, parameters?: SqlParameters, signal?: AbortSignal): AsyncIterable<ColumnBatch>;
  /** Small results, row by row; the caller parses them. */
  all(sql: string, parameters?: SqlParameters): Promise<Record<string, unknown>[]>;
  /** Bytes read by the statements of this session so far; null where the engine does not count them. */
  bytesProcessed(): number | null;
  close(): Promise<void>;
}

/** What a statement would read. */
export interface StatementCost {
  /** By the engine's estimate, which may leave out what later statements read of earlier ones; null where it gives none. */
  readonly bytes: number | null;
}

/**
 * Statements that are checked, and not run. A later one knows the tables of the earlier ones of the same dry run, whatever
 * the run itself has made already. Parameters as in WarehouseSession; a statement that would fail for its text, its tables or
 * its columns rejects.
 */
export interface WarehouseDryRun {
  /** What `holdSnapshot` would read of tables that are not the warehouse's own. */
  extraction(): Promise<StatementCost>;
  materialise(table: string, sql: string, parameters?: SqlParameters): Promise<StatementCost>;
  query(sql: string, parameters?: SqlParameters): Promise<StatementCost>;
  /** Removes what stood in for the tables. */
  close(): Promise<void>;
}

export interface SnapshotListeners {
  /** The bytes that taking it has read, where the engine counts them. */
  readonly onProcessed?: (bytes: number) => void;
  /** How many rows of the app's own tables were looked at for it and lack a user, a poll or a time, so that nothing is made of them. */
  readonly onPassedOver?: (rows: number) => void;
}

/** All votes, impressions, polls there ever were. Appended to, deduplicated on reading. */
export interface Warehouse {
  /**
   * Adds rows, of each table all or none; durable when it resolves. After a failure the whole batch may be added again: the
   * same rows twice change no result. With
   * `skipKnown` events whose id is there already, or twice among these, are stored once (costs a look through the ids;
   * meant for imports).
   */
  append(rows: WarehouseRows, options?: { readonly skipKnown?: boolean }): Promise<AppendSummary>;
  snapshot(): Promise<WarehouseSnapshot>;
  /**
   * The state now, kept for the run until `removeRun`, or for a week; asked for again, the same. What a run reads has to be
   * there for as long as it takes, and when it is taken up again.
   */
  holdSnapshot(flow: string, run: RunId, listeners?: SnapshotListeners): Promise<WarehouseSnapshot>;
  /**
   * The snapshot of that id. Rejects with NotFoundError where there is none, or it was cleaned away: not within an hour after it
   * was replaced, nor while a run holds it.
   */
  openSnapshot(id: string): Promise<WarehouseSnapshot>;
  session(options: SessionOptions): Promise<WarehouseSession>;
  /** Tells what statements would read; neither holds the snapshot nor leaves tables. */
  dryRun(options: SessionOptions): Promise<WarehouseDryRun>;
  /**
   * Merges small files, deletes what was replaced over an hour ago and no run holds. Sessions and snapshots younger than that
   * read on.
   * May run in several processes at once, beside `append`.
   */
  compact(): Promise<void>;
  /** Deletes the run's result tables, and holds its snapshot no longer. */
  removeRun(flow: string, run: RunId): Promise<void>;
  ping(): Promise<void>;
  /** Waits for what is being added. Sessions are closed by who opened them. */
  close(): Promise<void>;
}
