import { z } from 'zod';
import type { SqlParameters } from '../../src/datasources/warehouse/warehouse.js';
import { EVENT_KINDS, type EventKind, MERGE_LIMIT } from '../../src/domain/event.js';
import { BOT_RULES } from '../../src/models/votes/suspected-bots.js';
import type { FlowName, StepFunction } from '../flows/flow.js';
import { readStatement } from '../sql/statement.js';
import { inSession } from './training-data.js';

/** What decides how a user stands to a poll. */
const ANSWERS: readonly EventKind[] = ['VOTE', 'SKIP', 'RETRACT_VOTE'];

/** Impressions are most of the events; popularity only counts who saw a poll, of which `poll_exposure` takes care. */
const KINDS: Readonly<Record<FlowName, readonly EventKind[]>> = {
  personalise: EVENT_KINDS,
  popular: ANSWERS,
};

/** The tables in the order in which one is made of the others. */
const TABLES: Readonly<Record<FlowName, readonly string[]>> = {
  popular: ['clean_users', 'clean_polls', 'clean_events', 'clean_answers', 'suspected_bots', 'clean_votes'],
  personalise: [
    'clean_users',
    'clean_polls',
    'clean_events',
    'clean_answers',
    'suspected_bots',
    'clean_votes',
    'clean_interactions',
  ],
};

const counts = z.record(z.string(), z.number());

/**
 * Makes the clean tables: each event once, the last vote of a user on a poll, without erased users, unknown polls and
 * options, and suspected bots. Gives how many were kept and left out, of bots the accounts and votes by reason.
 */
export const cleanStep: StepFunction = async (context, dependencies) =>
  inSession(context, dependencies, async (session) => {
    const parameters: SqlParameters = {
      kinds: KINDS[context.flow],
      merge_limit: MERGE_LIMIT,
      bot_votes: BOT_RULES.votes,
      bot_gap_ms: BOT_RULES.gapMs,
      sequence_votes: BOT_RULES.sequenceVotes,
      sequence_accounts: BOT_RULES.sequenceAccounts,
      sequence_span_ms: BOT_RULES.sequenceSpanMs,
    };
    const tables = TABLES[context.flow];
    for (const [done, table] of tables.entries()) {
      context.signal.throwIfAborted();
      await session.materialise(table, await readStatement(table), parameters);
      context.progress((done + 1) / tables.length);
    }
    const [row] = await session.all(await readStatement('clean_counts'));
    const found = counts.parse(row);
    context.log.info({ step: 'clean', ...found }, 'cleaned');
    return found;
  });
