import { z } from 'zod';
import type { SqlParameters } from '../../src/datasources/warehouse/warehouse.js';
import { EVENT_KINDS, type EventKind } from '../../src/domain/event.js';
import type { FlowName, StepFunction } from '../flows/flow.js';
import { readStatement } from '../sql/statement.js';
import { inSession } from './training-data.js';

/** What decides how a user stands to a poll. */
const ANSWERS: readonly EventKind[] = ['VOTE', 'SKIP', 'RETRACT_VOTE'];

/** Popularity knows nothing of impressions, which are most of the events. */
const KINDS: Readonly<Record<FlowName, readonly EventKind[]>> = {
  personalise: EVENT_KINDS,
  popular: ANSWERS,
};

/** The longest chain of users merged into one another that is followed. */
const MERGE_LIMIT = 16;
/**
 * From this many polls on, and with over half of the gaps shorter than this, a voter is taken for a script. People who tap
 * through short statements stay well above it; wrong suspicion costs their votes in the counts, never their features.
 */
const BOT_VOTES = 100;
const BOT_GAP_MS = 300;

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
 * options, and suspected bots. Gives how many were kept and left out.
 */
export const cleanStep: StepFunction = async (context, dependencies) =>
  inSession(context, dependencies, async (session) => {
    const parameters: SqlParameters = {
      kinds: KINDS[context.flow],
      merge_limit: MERGE_LIMIT,
      bot_votes: BOT_VOTES,
      bot_gap_ms: BOT_GAP_MS,
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
