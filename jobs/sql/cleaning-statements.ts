import type { SqlParameters } from '../../src/datasources/warehouse/warehouse.js';
import { EVENT_KINDS, type EventKind, MERGE_LIMIT } from '../../src/domain/event.js';
import { BOT_RULES } from '../../src/models/votes/suspected-bots.js';
import type { FlowName } from '../flows/flow.js';
import { query, type TableStatement, tableOf } from './statement.js';

/** What the raw events are made of. */
export const VALIDATION_COUNTS = query('validation_counts', { kinds: EVENT_KINDS });

/** What decides how a user stands to a poll. */
const ANSWERS: readonly EventKind[] = ['VOTE', 'SKIP', 'RETRACT_VOTE'];

/** Impressions are most of the events; popularity only counts who saw a poll, of which `poll_exposure` takes care. */
const KINDS: Readonly<Record<FlowName, readonly EventKind[]>> = {
  personalise: EVENT_KINDS,
  popular: ANSWERS,
};

const ALWAYS = [
  'clean_users',
  'clean_polls',
  'clean_events',
  'clean_answers',
  'suspected_bots',
  'clean_votes',
];
const TABLES: Readonly<Record<FlowName, readonly string[]>> = {
  personalise: [...ALWAYS, 'clean_interactions'],
  popular: ALWAYS,
};

/** The clean tables in the order in which one is made of the others. */
export function cleanTables(flow: FlowName): TableStatement[] {
  const parameters: SqlParameters = {
    kinds: KINDS[flow],
    merge_limit: MERGE_LIMIT,
    bot_votes: BOT_RULES.votes,
    bot_gap_ms: BOT_RULES.gapMs,
    sequence_votes: BOT_RULES.sequenceVotes,
    sequence_accounts: BOT_RULES.sequenceAccounts,
    sequence_span_ms: BOT_RULES.sequenceSpanMs,
  };
  return TABLES[flow].map((table) => tableOf(table, parameters));
}

/** How much was kept and left out. */
export const CLEAN_COUNTS = query('clean_counts');
