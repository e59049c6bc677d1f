import { BadInputError } from '../../domain/errors.js';
import { SOURCE_TABLES } from './source-tables.js';

const TABLE_NAME = /^[a-z][a-z0-9_]{0,62}$/;

/** Whether a table of a run may be called so. */
export const isResultTable = (name: string): boolean =>
  TABLE_NAME.test(name) && !SOURCE_TABLES.some((source) => source === name);

/** Rejects with BAD_USER_INPUT what is no name of a result table. */
export function assertResultTable(name: string): void {
  if (isResultTable(name)) return;
  throw new BadInputError(`A result table is named in lower case, as no source table is; got "${name}".`);
}
