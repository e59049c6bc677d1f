import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  ColumnBatch,
  SqlParameters,
  TableSummary,
  WarehouseSession,
} from '../../src/datasources/warehouse/warehouse.js';
import { packageRoot } from '../../src/platform/package-root.js';

/** A file of this folder as a step runs it. */
export interface Statement {
  /** The file's name without its ending. */
  readonly name: string;
  /** The table of the run that it makes; null where its rows are read as they come. */
  readonly table: string | null;
  readonly parameters: SqlParameters;
  /** Tables that it reads in the place of those that the file names, by the latter. */
  readonly insteadOf?: Readonly<Record<string, string>>;
}

/** A statement that makes a table of the run. */
export interface TableStatement extends Statement {
  readonly table: string;
}

/** The statement `jobs/sql/NAME.sql` whose rows are read as they come. */
export const query = (name: string, parameters: SqlParameters = {}): Statement => ({
  name,
  table: null,
  parameters,
});

/** The statement `jobs/sql/NAME.sql` that makes the table of that name. */
export const tableOf = (name: string, parameters: SqlParameters = {}): TableStatement => ({
  name,
  table: name,
  parameters,
});

/** The statement's text, without the lines of comment: they are for readers of the file. */
export async function sqlOf({ name, insteadOf = {} }: Statement): Promise<string> {
  const text = await readFile(join(packageRoot(), 'jobs', 'sql', `${name}.sql`), 'utf8');
  const code = text.replace(/^\s*--.*\n/gm, '');
  return code.replace(/\b\w+\b/g, (word) => insteadOf[word] ?? word);
}

/** Makes the table, where it is not there already. */
export const materialise = async (
  session: WarehouseSession,
  statement: TableStatement,
): Promise<TableSummary> =>
  session.materialise(statement.table, await sqlOf(statement), statement.parameters);

/** A small result, row by row; the caller parses them. */
export const allRows = async (
  session: WarehouseSession,
  statement: Statement,
): Promise<Record<string, unknown>[]> => session.all(await sqlOf(statement), statement.parameters);

/** Streams a result. */
export async function* streamRows(
  session: WarehouseSession,
  statement: Statement,
  signal: AbortSignal,
): AsyncGenerator<ColumnBatch, void, undefined> {
  yield* session.stream(await sqlOf(statement), statement.parameters, signal);
}
