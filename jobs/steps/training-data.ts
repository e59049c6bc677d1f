import { z } from 'zod';
import type { ColumnBatch, WarehouseSession } from '../../src/datasources/warehouse/warehouse.js';
import { optionId, pollId } from '../../src/domain/ids.js';
import type { Millis } from '../../src/domain/time.js';
import type { TrainingPoll } from '../../src/models/training-poll.js';
import type { StepContext, StepDependencies } from '../flows/flow.js';
import { allRows, streamRows } from '../sql/statement.js';
import { TRAINING_POLLS, TRAINING_TOTALS, TRAINING_VOTES } from '../sql/training-statements.js';

/** What the steps of learning read of the result of `extract`. */
export const extractResult = z.object({ snapshot: z.string(), through: z.number().nullable() });

/**
 * Runs `use` on a session over the snapshot and the result tables of the run, and tells the run what its statements have
 * read, also where one of them fails.
 */
export async function inSession<T>(
  context: StepContext,
  { warehouse }: Pick<StepDependencies, 'warehouse'>,
  use: (session: WarehouseSession) => Promise<T>,
): Promise<T> {
  const { snapshot } = extractResult.parse(await context.result('extract'));
  const session = await warehouse.session({
    snapshot: await warehouse.openSnapshot(snapshot),
    flow: context.flow,
    run: context.runId,
    threads: context.threads,
    memoryMb: context.memoryMb,
  });
  try {
    return await use(session);
  } finally {
    const bytes = session.bytesProcessed();
    if (bytes !== null) context.processed(bytes);
    await session.close();
  }
}

/** The polls to learn, newest first. */
export async function readTrainingPolls(
  session: WarehouseSession,
  signal: AbortSignal,
): Promise<TrainingPoll[]> {
  const polls: TrainingPoll[] = [];
  for await (const batch of streamRows(session, TRAINING_POLLS, signal)) {
    const ids = texts(batch, 'poll_id');
    const topics = batch.column('topics') as readonly (readonly string[] | null)[];
    const languages = batch.column('language') as readonly (string | null)[];
    const questions = texts(batch, 'question');
    const options = batch.column('option_ids') as readonly (readonly string[])[];
    ids.forEach((id, row) => {
      polls.push({
        id: pollId(id),
        topics: [...new Set(topics[row] ?? [])],
        language: languages[row] ?? null,
        question: questions[row] ?? '',
        optionIds: (options[row] ?? []).map(optionId),
      });
    });
  }
  return polls;
}

const totals = z.object({
  votes: z.coerce.number(),
  users: z.coerce.number(),
  newest_at: z.coerce.number().nullable(),
});

/** How many votes there are to learn from, of how many users, and when the newest was given. */
export async function readTrainingTotals(session: WarehouseSession): Promise<z.infer<typeof totals>> {
  const [row] = await allRows(session, TRAINING_TOTALS);
  return totals.parse(row);
}

/** Gives every vote to `take`, all of a user in a row, oldest first. */
export async function visitTrainingVotes(
  session: WarehouseSession,
  signal: AbortSignal,
  take: (user: string, poll: string, option: string, votedAt: Millis) => void,
): Promise<void> {
  for await (const batch of streamRows(session, TRAINING_VOTES, signal)) {
    const users = texts(batch, 'user_id');
    const polls = texts(batch, 'poll_id');
    const options = texts(batch, 'option_id');
    const times = batch.column('occurred_at') as readonly (number | bigint)[];
    for (let row = 0; row < batch.rowCount; row += 1) {
      take(users[row] as string, polls[row] as string, options[row] as string, Number(times[row]));
    }
  }
}

const texts = (batch: ColumnBatch, name: string): readonly string[] =>
  batch.column(name) as readonly string[];
