import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { FLOW_NAMES } from '../../../jobs/flows/flow.js';
import { flowOf } from '../../../jobs/flows/index.js';
import { FEATURE_FACTS } from '../../../jobs/sql/feature-statements.js';
import { flowStatements } from '../../../jobs/sql/flow-statements.js';
import { type Statement, sqlOf } from '../../../jobs/sql/statement.js';
import { AppColumns } from '../../../src/datasources/warehouse/app-tables.js';
import { readStatement, withTables } from '../../../src/datasources/warehouse/bigquery-dialect.js';
import type { ResultField } from '../../../src/datasources/warehouse/bigquery-result.js';
import {
  copyEvents,
  copyPolls,
  countPassedOver,
  WATERMARKS,
} from '../../../src/datasources/warehouse/extraction-queries.js';
import {
  NEWEST_ARRIVAL,
  sourceQueries,
  storedCounts,
} from '../../../src/datasources/warehouse/source-queries.js';
import { type ColumnType, SOURCE_COLUMNS } from '../../../src/datasources/warehouse/source-tables.js';
import { DEFAULT_POLARITY } from '../../../src/domain/polarity.js';
import { PACKAGE_ROOT } from '../../support/package-root.js';
import { describeWithPythonPackages } from '../../support/python-packages.js';

const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const answer = z.object({ version: z.string(), faults: z.record(z.string(), z.string()) });

interface Text {
  readonly name: string;
  readonly sql: string;
}

interface Question {
  readonly statements: readonly (Text & { readonly table: string | null })[];
  readonly definitions?: readonly Text[];
}

const typeOf = (type: ColumnType): string => (type === 'STRINGS' ? 'ARRAY<STRING>' : type);
const SCHEMA = Object.fromEntries(
  Object.entries(SOURCE_COLUMNS).map(([table, columns]) => [
    table,
    Object.fromEntries(Object.entries(columns).map(([column, type]) => [column, typeOf(type)])),
  ]),
);

/** The text of every file of a folder, by its name without the ending. */
async function filesOf(folder: string): Promise<Text[]> {
  const path = join(PACKAGE_ROOT, folder);
  const names = (await readdir(path)).filter((name) => name.endsWith('.sql'));
  return Promise.all(
    names.map(async (name) => ({ name: name.slice(0, -4), sql: await readFile(join(path, name), 'utf8') })),
  );
}

/** Every statement of both flows in the order in which they are run, each after those whose tables it reads. */
async function allStatements(): Promise<Question['statements']> {
  const statements = FLOW_NAMES.flatMap((flow): Statement[] => {
    const byStep = flowStatements(flow, DEFAULT_POLARITY);
    return flowOf(flow).steps.flatMap(({ name }) => byStep[name] ?? []);
  });
  return Promise.all(
    [...statements, FEATURE_FACTS].map(async (statement) => ({
      name: statement.table ?? statement.name,
      sql: await sqlOf(statement),
      table: statement.table,
    })),
  );
}

const LISTS = new Set(['option_ids', 'topics']);

/** Columns as BigQuery describes them, by their names. */
const fieldsOf = (names: string): ResultField[] =>
  names.split(' ').map((name) => {
    const type = name.endsWith('_at') ? 'TIMESTAMP' : 'STRING';
    return LISTS.has(name) ? { name, type, mode: 'REPEATED' } : { name, type };
  });

describeWithPythonPackages('the BigQuery dialect of sqlglot', beside('requirements.txt'), (packages) => {
  const faultsOf = async ({ statements, definitions = [] }: Question): Promise<Record<string, string>> => {
    const question = JSON.stringify({ schema: SCHEMA, statements, definitions });
    const { version, faults } = answer.parse(
      JSON.parse(await packages.run(beside('check_statements.py'), question)),
    );
    expect(version).toBe('30.30.0');
    return faults;
  };
  const faultOf = async (sql: string): Promise<string | undefined> =>
    (await faultsOf({ statements: [{ name: 'planted', sql, table: null }] })).planted;

  it('takes every statement of jobs/sql, over the tables that are there by then', async () => {
    const statements = await allStatements();
    const files = (await filesOf('jobs/sql')).map(({ name }) => name);
    expect(new Set(statements.map(({ name }) => name.replace(/^taught_(?!votes)/, '')))).toEqual(
      new Set(files),
    );
    expect(await faultsOf({ statements })).toEqual({});
  });

  it('takes every definition of deploy/bigquery', async () => {
    const definitions = await filesOf('deploy/bigquery');
    expect(definitions).not.toEqual([]);
    expect(await faultsOf({ statements: [], definitions })).toEqual({});
  });

  it('takes what the adapter puts around the statements, and asks the app’s tables', async () => {
    const definitions: Text[] = [
      { name: 'watermarks', sql: WATERMARKS },
      { name: 'newest arrival', sql: NEWEST_ARRIVAL },
      { name: 'stored counts', sql: storedCounts(5n) },
    ];
    const votes = AppColumns.of('votes', fieldsOf('user_id poll_id option voted_at event_id is_author'));
    const impressions = AppColumns.of(
      'impressions',
      fieldsOf('user_id poll_id seen_at recorded_at position'),
    );
    const polls = AppColumns.of('polls', fieldsOf('poll_id question option_ids topics created_at status'));
    for (const tables of [
      { votes, impressions },
      { votes, impressions: null },
    ]) {
      definitions.push({ name: `copied events ${definitions.length}`, sql: copyEvents(tables) ?? '' });
      definitions.push({ name: 'passed over', sql: countPassedOver({ ...tables, polls }) ?? '' });
    }
    definitions.push({ name: 'copied polls', sql: copyPolls(polls) });
    const bounds = { arrival: 5n, extracted: true, duplicateWindowMs: 60_000 };
    for (const { name, sql } of await allStatements()) {
      definitions.push({ name, sql: withTables(readStatement(sql), sourceQueries(bounds)) });
    }
    expect(await faultsOf({ statements: [], definitions })).toEqual({});
  });

  it.each([
    ['SELECT user_id FROM events WHERE', /Expected|Required|Invalid/],
    ['SELECT user_id FROM events GROUP user_id', /Unexpected|Invalid/],
    ['SELECT nobody FROM events', /nobody/i],
    ['SELECT poll_id FROM events JOIN polls ON polls.poll_id = events.poll_id', /poll_id/i],
    ['SELECT epoch_ms(occurred_at) AS at FROM events', /no function of BigQuery: epoch_ms/i],
    ['SELECT user_id AS rows FROM events', /a reserved word as a name: rows/],
    ['SELECT user_id AS `user` FROM events', /a quoted name: user/],
    ['SELECT "VOTE" AS kind FROM events', /double quotes: VOTE/],
    ["SELECT '\\\\n' AS line FROM events", /a backslash/],
    ['SELECT 1 AS one; SELECT 2 AS two', /expected one statement, got 2/],
  ])('refuses %s', async (sql, fault) => {
    expect(await faultOf(sql)).toMatch(fault);
  });

  it('knows the columns that an earlier statement has made, and no others', async () => {
    const made = { name: 'made', sql: 'SELECT user_id AS voter FROM events', table: 'made' };
    const of = (column: string) => ({ name: column, sql: `SELECT ${column} FROM made`, table: null });
    expect(Object.keys(await faultsOf({ statements: [made, of('voter'), of('user_id')] }))).toEqual([
      'user_id',
    ]);
  });

  it('refuses a definition that it does not understand', async () => {
    const definitions = [{ name: 'wrong', sql: 'CREATE TABLE t (a STRING) PARTITIONED DAY(a)' }];
    expect(Object.keys(await faultsOf({ statements: [], definitions }))).toEqual(['wrong']);
  });
});
