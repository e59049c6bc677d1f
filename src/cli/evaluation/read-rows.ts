import { openRows } from '../../intake/open-rows.js';
import { RowFault } from '../../intake/reject-reason.js';
import type { RowSchema } from '../../intake/row-reader.js';

/** The usable rows of one file, and how many were not. */
export interface ParsedRows<T> {
  readonly rows: readonly T[];
  readonly columns: readonly string[];
  readonly rejected: number;
  /** What was wrong with the first of them; null where none was. */
  readonly firstFault: string | null;
}

/** Reads a whole file into memory. Rejects with BAD_USER_INPUT where it is absent or lacks a column. */
export async function readRows<T>(
  path: string,
  schema: RowSchema,
  parser: (columns: readonly string[]) => (values: readonly unknown[]) => T | RowFault,
): Promise<ParsedRows<T>> {
  const reader = await openRows(path, schema);
  const rows: T[] = [];
  let rejected = 0;
  let firstFault: string | null = null;
  const reject = (line: number, fault: RowFault): void => {
    rejected += 1;
    firstFault ??= `line ${line}: ${fault.message}`;
  };
  try {
    const parse = parser(reader.columns);
    for await (const batch of reader.batches) {
      for (const { line, fault } of batch.unreadable) reject(line, fault);
      for (const { line, values } of batch.rows) {
        const row = parse(values);
        if (row instanceof RowFault) reject(line, row);
        else rows.push(row);
      }
    }
    return { rows, columns: reader.columns, rejected, firstFault };
  } finally {
    await reader.close();
  }
}
