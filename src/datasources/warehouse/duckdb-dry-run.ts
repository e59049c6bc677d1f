import { toDuckDb } from './duckdb-dialect.js';
import type { DuckDbEngine } from './duckdb-engine.js';
import { duckDbTable } from './duckdb-tables.js';
import { bindParameters } from './duckdb-values.js';
import { assertResultTable } from './result-table.js';
import { SOURCE_TABLES } from './source-tables.js';
import type { SqlParameters, StatementCost, WarehouseDryRun } from './warehouse.js';

/** DuckDB plans a statement before it runs it, and reads its own files without a bill. */
const FREE: StatementCost = { bytes: null };

/** Statements planned over empty tables, in an engine that has nothing else. */
export class DuckDbDryRun implements WarehouseDryRun {
  readonly #engine: DuckDbEngine;

  private constructor(engine: DuckDbEngine) {
    this.#engine = engine;
  }

  /** Closes the engine in the end. */
  static async open(engine: DuckDbEngine): Promise<DuckDbDryRun> {
    await engine.use(async (connection) => {
      for (const table of SOURCE_TABLES) {
        await connection.run(`CREATE TABLE ${table} (${duckDbTable(table)})`);
      }
    });
    return new DuckDbDryRun(engine);
  }

  async extraction(): Promise<StatementCost> {
    return FREE;
  }

  async materialise(table: string, sql: string, parameters: SqlParameters = {}): Promise<StatementCost> {
    assertResultTable(table);
    await this.#run(sql, parameters, (statement) => `CREATE TABLE ${table} AS ${statement}\nWITH NO DATA`);
    return FREE;
  }

  async query(sql: string, parameters: SqlParameters = {}): Promise<StatementCost> {
    await this.#run(sql, parameters, (statement) => `EXPLAIN ${statement}`);
    return FREE;
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  async #run(sql: string, parameters: SqlParameters, wrap: (statement: string) => string): Promise<void> {
    const statement = toDuckDb(sql);
    const { values, types } = bindParameters(statement, parameters);
    await this.#engine.use((connection) => connection.run(wrap(statement.sql), values, types));
  }
}
