import { z } from 'zod';
import { HunchError } from '../../src/domain/errors.js';
import type { StepFunction } from '../flows/flow.js';
import { VALIDATION_COUNTS } from '../sql/cleaning-statements.js';
import { allRows } from '../sql/statement.js';
import { inSession } from './training-data.js';

const counts = z.object({
  events: z.number(),
  different_ids: z.number(),
  votes: z.number(),
  impressions: z.number(),
  unknown_kinds: z.number(),
  without_event_id: z.number(),
  without_user_id: z.number(),
  without_poll_id: z.number(),
  without_time: z.number(),
  votes_without_option: z.number(),
  after_recording: z.number(),
  unknown_polls: z.number(),
  unknown_options: z.number(),
  polls: z.number(),
  polls_without_question: z.number(),
});
type Counts = z.infer<typeof counts>;

const watermarks = z.object({
  events: z.number(),
  previous: z.object({ run: z.string(), events: z.number() }).nullish(),
});

/** What makes an event useless. */
const BREAKING = [
  'unknown_kinds',
  'without_event_id',
  'without_user_id',
  'without_poll_id',
  'without_time',
  'votes_without_option',
  'unknown_polls',
] as const satisfies readonly (keyof Counts)[];
const FAULTS = [
  ...BREAKING,
  'unknown_options',
  'after_recording',
  'polls_without_question',
] as const satisfies readonly (keyof Counts)[];

/** A share of events above which the data is not what its name says, and nothing should be built on it. */
const MOST_BROKEN = 0.5;

/**
 * Looks at the raw data before anything is built on it. Rejects with INVALID_DATA where there is no vote, no poll, or where
 * most events lack what makes an event. Lesser faults are counted as `warnings`, and left out by the cleaning.
 */
export const validateStep: StepFunction = async (context, dependencies) =>
  inSession(context, dependencies, async (session) => {
    const [row] = await allRows(session, VALIDATION_COUNTS);
    const found = counts.parse(row);
    assertUsable(found);
    const warnings = { ...faults(found), ...drift(watermarks.parse(await context.result('extract'))) };
    if (Object.keys(warnings).length > 0) {
      context.log.warn({ step: 'validate', warnings }, 'the data has faults that the cleaning leaves out');
    }
    const { events, votes, impressions, polls } = found;
    return { events, votes, impressions, polls, repeated: events - found.different_ids, warnings };
  });

function assertUsable(found: Counts): void {
  if (found.votes === 0 || found.polls === 0) {
    throw new HunchError(
      'INVALID_DATA',
      `A run wants one vote and one poll at least; the warehouse has ${found.votes} votes and ${found.polls} polls. Import both.`,
    );
  }
  for (const name of BREAKING) {
    if (found[name] <= MOST_BROKEN * found.events) continue;
    throw new HunchError(
      'INVALID_DATA',
      `Of ${found.events} events ${found[name]} count as ${name}. Look at where they come from, and import what is missing.`,
    );
  }
}

/** What is worth telling, by name; nothing for what is not there. */
const faults = (found: Counts): Record<string, number> =>
  Object.fromEntries(FAULTS.filter((name) => found[name] > 0).map((name) => [name, found[name]]));

/** The warehouse only grows: fewer events than the run before had are events lost. */
function drift({ events, previous }: z.infer<typeof watermarks>): Record<string, number> {
  if (previous === null || previous === undefined) return {};
  if (events < previous.events) return { lost_events: previous.events - events };
  return events === previous.events ? { no_new_events: 1 } : {};
}
