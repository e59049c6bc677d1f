import type { BigQueryStatement } from './bigquery-dialect.js';
import { isResultTable } from './result-table.js';
import { SOURCE_TABLES, type SourceTable } from './source-tables.js';

/** What the names in a statement stand for in the dataset: the source tables, and the tables of a run that are there. */
export class KnownTables {
  readonly #sources: ReadonlyMap<SourceTable, string>;
  readonly #find: (table: string) => Promise<string | null>;
  readonly #found = new Map<string, string>();

  /** `find` gives the name that a table of the run has in the dataset, null where there is none (yet). */
  constructor(sources: ReadonlyMap<SourceTable, string>, find: (table: string) => Promise<string | null>) {
    this.#sources = sources;
    this.#find = find;
  }

  add(table: string, stored: string): void {
    this.#found.set(table, `SELECT * FROM \`${stored}\``);
  }

  /** A SELECT for each table of the statement that is known. */
  async definitions({ tables }: BigQueryStatement): Promise<(readonly [name: string, select: string])[]> {
    const defined: (readonly [string, string])[] = [];
    for (const name of tables) {
      const select = await this.#select(name);
      if (select !== undefined) defined.push([name, select]);
    }
    return defined;
  }

  async #select(name: string): Promise<string | undefined> {
    const source = SOURCE_TABLES.find((table) => table === name);
    if (source !== undefined) return this.#sources.get(source);
    if (!this.#found.has(name) && isResultTable(name)) {
      const stored = await this.#find(name);
      if (stored !== null) this.add(name, stored);
    }
    return this.#found.get(name);
  }
}
