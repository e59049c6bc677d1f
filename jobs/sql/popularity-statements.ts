import type { Polarity } from '../../src/domain/polarity.js';
import {
  FIRST_VOTES,
  NEUTRAL_PRIOR,
  POPULARITY_HALF_LIFE,
  TREND_WINDOW,
} from '../../src/domain/popularity.js';
import { query, type Statement, type TableStatement, tableOf } from './statement.js';

/** Votes that stand for each option. */
export const POLL_COUNTS = tableOf('poll_counts');

/** How many votes were counted, on how many options and polls. */
export const COUNTED_VOTES = query('counted_votes');

/** All polls as they stand. */
export const INDEXED_POLLS = query('indexed_polls');

/** From votes that stand to the statistics of every poll. */
export interface PopularityStatements {
  /** In the order in which one is made of the others. */
  readonly tables: readonly TableStatement[];
  readonly polls: Statement;
  readonly traffic: Statement;
}

export function popularityStatements(polarity: Polarity): PopularityStatements {
  const optionsOf = (sign: number): string[] =>
    [...polarity].filter(([, value]) => value === sign).map(([option]) => option);
  const parameters = {
    positive_options: optionsOf(1),
    negative_options: optionsOf(-1),
    half_life_ms: POPULARITY_HALF_LIFE,
    window_ms: TREND_WINDOW,
    first_votes: FIRST_VOTES,
    default_weight: NEUTRAL_PRIOR.weight,
  };
  const tables = ['dated_votes', 'poll_traffic', 'poll_exposure', 'poll_statistics'];
  return {
    tables: [POLL_COUNTS, ...tables.map((table) => tableOf(table, parameters))],
    polls: query('counted_polls'),
    traffic: query('hourly_traffic'),
  };
}

/** The votes that stand, without those of these users. */
export const taughtVotes = (heldBack: readonly string[]): TableStatement =>
  tableOf('taught_votes', { held_back: heldBack });

const TAUGHT = 'taught_';

/** The same over `taught_votes`, in tables of their own. */
export function taught({ tables, polls, traffic }: PopularityStatements): PopularityStatements {
  const insteadOf = {
    clean_votes: 'taught_votes',
    ...Object.fromEntries(tables.map(({ table }) => [table, TAUGHT + table])),
  };
  return {
    tables: tables.map((statement) => ({ ...statement, table: TAUGHT + statement.table, insteadOf })),
    polls: { ...polls, insteadOf },
    traffic: { ...traffic, insteadOf },
  };
}
