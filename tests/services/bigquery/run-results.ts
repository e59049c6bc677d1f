import type { FlowName, StepFunction, StepResult } from '../../../jobs/flows/flow.js';
import { cleanTables, VALIDATION_COUNTS } from '../../../jobs/sql/cleaning-statements.js';
import { popularityStatements, taught } from '../../../jobs/sql/popularity-statements.js';
import { type Statement, sqlOf } from '../../../jobs/sql/statement.js';
import {
  TRAINING_POLLS,
  TRAINING_TOTALS,
  TRAINING_VOTES,
  VOTERS,
} from '../../../jobs/sql/training-statements.js';
import { cleanStep } from '../../../jobs/steps/clean.js';
import { countStep } from '../../../jobs/steps/count.js';
import { extractStep } from '../../../jobs/steps/extract.js';
import { featuresStep } from '../../../jobs/steps/features.js';
import { scoreStep } from '../../../jobs/steps/score.js';
import { inSession } from '../../../jobs/steps/training-data.js';
import type { RunId } from '../../../src/domain/ids.js';
import { DEFAULT_POLARITY } from '../../../src/domain/polarity.js';
import type { NamedSteps, StepBench } from '../../support/run-steps.js';

type Rows = readonly Readonly<Record<string, unknown>>[];

/** All that the statements of a run give: rows by table or query, in an order that does not depend on the engine. */
export type RunResults = Readonly<Record<string, Rows | StepResult>>;

const POPULARITY = popularityStatements(DEFAULT_POLARITY);
const TABLES: Readonly<Record<FlowName, readonly string[]>> = {
  personalise: [...cleanTables('personalise').map(({ table }) => table), 'user_features', 'poll_counts'],
  popular: [
    ...cleanTables('popular').map(({ table }) => table),
    ...POPULARITY.tables.map(({ table }) => table),
    'taught_votes',
    ...taught(POPULARITY).tables.map(({ table }) => table),
  ],
};

const QUERIES = [VALIDATION_COUNTS, TRAINING_TOTALS, VOTERS, TRAINING_POLLS, TRAINING_VOTES];
/** Whose order the statement promises. */
const ORDERED: ReadonlySet<Statement> = new Set([TRAINING_POLLS, TRAINING_VOTES]);

/** Lists without an order, as user_features.sql says. */
const IN_NO_ORDER = new Set([
  'history',
  'voted',
  'dismissals',
  'authored',
  'impressions',
  'affinities',
  'languages',
]);
/** No list and an empty one are the same to BigQuery, which stores the latter. */
const LISTS = new Set([
  ...IN_NO_ORDER,
  'interest_topics',
  'interest_languages',
  'option_ids',
  'option_votes',
  'topics',
]);

/** Nothing can be scored where there is no poll. */
const scoreWherePolls: StepFunction = async (context, dependencies) =>
  (await context.result('extract')).polls === 0 ? {} : scoreStep(context, dependencies);

/** Those that have about as many rows as there are votes. */
export const LARGE_RESULTS: ReadonlySet<string> = new Set([
  'clean_events',
  'clean_answers',
  'clean_votes',
  'clean_interactions',
  'dated_votes',
  'taught_votes',
  'taught_dated_votes',
  'training_votes',
]);

/** Those of `score`. */
export const SCORE_RESULTS: ReadonlySet<string> = new Set(
  TABLES.popular.filter((table) => table.startsWith('taught_')),
);

export interface RunResultsOptions {
  readonly run: RunId;
  /** Made, and not read. */
  readonly leaveOut?: ReadonlySet<string> | undefined;
}

/** Runs the steps of the flow that ask something of the warehouse, and gives what they found and made. */
export async function runResults(
  bench: StepBench,
  flow: FlowName,
  { run, leaveOut = new Set() }: RunResultsOptions,
): Promise<RunResults> {
  const rows: Record<string, Rows> = {};
  const last: NamedSteps = flow === 'personalise' ? { features: featuresStep } : { score: scoreWherePolls };
  const { extract, ...told } = await bench.run(
    {
      extract: extractStep,
      clean: cleanStep,
      count: countStep,
      ...last,
      read: (context, dependencies) =>
        inSession(context, dependencies, async (session) => {
          for (const table of TABLES[flow].filter((name) => !leaveOut.has(name))) {
            rows[table] = inOrder(plain(await session.all(`SELECT * FROM ${table}`)));
          }
          for (const statement of QUERIES.filter(({ name }) => !leaveOut.has(name))) {
            const found = plain(await session.all(await sqlOf(statement), statement.parameters));
            rows[statement.name] = ORDERED.has(statement) ? found : inOrder(found);
          }
          return {};
        }),
    },
    { flow, run },
  );
  return { ...rows, ...told };
}

/** `arrival` tells an order and is another number in each warehouse. */
const plain = (rows: Rows): Rows =>
  rows.map((row) =>
    Object.fromEntries(
      Object.keys(row)
        .filter((column) => column !== 'arrival')
        .sort()
        .map((column) => [column, plainValue(column, row[column])]),
    ),
  );

function plainValue(column: string, value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => plainValue(column, item));
    return IN_NO_ORDER.has(column) ? items.sort() : items;
  }
  if (value === null && LISTS.has(column)) return [];
  if (typeof value === 'bigint') return Number(value);
  // The engines add up floating point numbers in different orders.
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(9)) : value;
}

const inOrder = (rows: Rows): Rows =>
  rows
    .map((row) => [JSON.stringify(row), row] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row);
