import { randomBytes } from 'node:crypto';
import { type Clock, HOUR } from '../../domain/time.js';
import type { BigQueryDataset, JobLabels } from './bigquery-dataset.js';
import { readStatement, withTables } from './bigquery-dialect.js';
import type { BigQueryExtraction } from './bigquery-extraction.js';
import { queryParameters } from './bigquery-parameters.js';
import type { ResultField } from './bigquery-result.js';
import { KnownTables } from './known-tables.js';
import { assertResultTable } from './result-table.js';
import type { SourceTable } from './source-tables.js';
import type { SqlParameters, StatementCost, WarehouseDryRun } from './warehouse.js';

export interface BigQueryDryRunParts {
  readonly dataset: BigQueryDataset;
  readonly clock: Clock;
  readonly sources: ReadonlyMap<SourceTable, string>;
  readonly extraction: BigQueryExtraction;
  readonly labels: JobLabels;
}

/** Dry-run jobs, which cost nothing. For each table that a statement would make there is an empty one until `close`, at most an hour. */
export class BigQueryDryRun implements WarehouseDryRun {
  readonly #parts: BigQueryDryRunParts;
  readonly #tables: KnownTables;
  readonly #prefix = `hunch_dry_${randomBytes(6).toString('hex')}__`;
  readonly #made: string[] = [];

  constructor(parts: BigQueryDryRunParts) {
    this.#parts = parts;
    this.#tables = new KnownTables(parts.sources, async () => null);
  }

  async extraction(): Promise<StatementCost> {
    return { bytes: await this.#parts.extraction.cost(this.#parts.labels) };
  }

  async materialise(table: string, sql: string, parameters: SqlParameters = {}): Promise<StatementCost> {
    assertResultTable(table);
    const { bytes, fields } = await this.#ask(sql, parameters, `planning ${table}`);
    const stored = this.#prefix + table;
    const { dataset, clock } = this.#parts;
    await dataset.createTable(stored, fields, clock() + HOUR);
    this.#made.push(stored);
    this.#tables.add(table, stored);
    return { bytes };
  }

  async query(sql: string, parameters: SqlParameters = {}): Promise<StatementCost> {
    const { bytes } = await this.#ask(sql, parameters, 'planning a statement');
    return { bytes };
  }

  async close(): Promise<void> {
    for (const table of this.#made.splice(0)) await this.#parts.dataset.dropTable(table);
  }

  async #ask(
    sql: string,
    parameters: SqlParameters,
    doing: string,
  ): Promise<{ bytes: number; fields: readonly ResultField[] }> {
    const statement = readStatement(sql);
    const { dataset, labels } = this.#parts;
    return dataset.dryRun({
      sql: withTables(statement, await this.#tables.definitions(statement)),
      parameters: queryParameters(statement.parameters, parameters),
      labels,
      doing,
    });
  }
}
