import type { RowFault } from './reject-reason.js';

/** The longest row of a text file, in bytes: bounds what a quote that is never closed can take in. */
export const MAX_ROW_BYTES = 256 * 1024;

/** One row as it stands in the file; what its values mean is not looked at yet. */
export interface Row {
  /** Line of the file on which the row begins, or number of the Parquet row; from 1. */
  readonly line: number;
  /** In the order of `RowReader.columns`; undefined or null where the file holds nothing. */
  readonly values: readonly unknown[];
}

/** A row that could not even be read. */
export interface UnreadableRow {
  readonly line: number;
  readonly fault: RowFault;
  readonly raw: string;
}

export interface RowBatch {
  readonly rows: readonly Row[];
  readonly unreadable: readonly UnreadableRow[];
  /** The record that `rows[index]` was read from, as text. */
  raw(index: number): string;
}

/** Reads the rows of one file, in order, holding a bounded part of it in memory. */
export interface RowReader {
  /** Names of the values of every row. */
  readonly columns: readonly string[];
  /**
   * To be read once. A file that breaks off or is damaged ends with an unreadable row that says so; the rows before it
   * are given.
   */
  readonly batches: AsyncIterable<RowBatch>;
  /** Share of the file read so far, 0 to 1. */
  progress(): number;
  /** Lets go of the file, whether `batches` was read or not. */
  close(): Promise<void>;
}

/** What a kind of file must and may hold. */
export interface RowSchema {
  /** Names the file in messages, such as `votes`. */
  readonly kind: string;
  /** Each group needs one of its columns in the file. */
  readonly required: readonly (readonly string[])[];
  readonly optional: readonly string[];
  /** Columns whose text may hold line breaks. A line break in another one betrays a quote that was never closed. */
  readonly multiLine: readonly string[];
}

/** Every column that the schema knows. */
export const knownColumns = (schema: RowSchema): string[] => [...schema.required.flat(), ...schema.optional];

/** The message for a file without a column it needs; null where nothing is missing. */
export function missingColumns(schema: RowSchema, present: readonly string[]): string | null {
  const missing = schema.required.filter((group) => !group.some((name) => present.includes(name)));
  if (missing.length === 0) return null;
  const wanted = schema.required.map((group) => group.join(' or ')).join(', ');
  const lacking = missing.map((group) => group.join(' or ')).join(', ');
  const found = present.length === 0 ? 'none' : present.slice(0, 20).join(', ');
  return `wants the columns ${wanted}; missing: ${lacking}; found: ${found}. Name the columns so.`;
}
