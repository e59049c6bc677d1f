import { z } from 'zod';
import type { ColumnBatch, WarehouseSession } from '../../src/datasources/warehouse/warehouse.js';
import { optionId, pollId } from '../../src/domain/ids.js';
import type { PollStatistics } from '../../src/domain/popularity.js';
import { DAY, type Millis } from '../../src/domain/time.js';
import { type CountedPoll, type HourlyTraffic, weighVoters } from '../../src/models/popular/weigh-voters.js';
import type { PopularityStatements } from '../sql/popularity-statements.js';
import { allRows, materialise, streamRows } from '../sql/statement.js';

/** Makes the run tables that popularity is made of from the clean tables, where no other step has. Tells of the last one. */
export async function materialisePollStatistics(
  session: WarehouseSession,
  { tables }: PopularityStatements,
  signal: AbortSignal,
): Promise<{ readonly rows: number }> {
  let rows = 0;
  for (const table of tables) {
    signal.throwIfAborted();
    rows = (await materialise(session, table)).rows;
  }
  return { rows };
}

const traffic = z.array(
  z.object({ hour: z.number(), established_votes: z.number(), first_votes: z.number() }),
);

/**
 * The statistics of all polls, what they are by themselves and against one another. `through`: the watermark of the run, as
 * `extract` gives it. Memory grows with the catalogue.
 */
export async function readPollStatistics(
  session: WarehouseSession,
  statements: PopularityStatements,
  { through, signal }: { readonly through: Millis | null; readonly signal: AbortSignal },
): Promise<PollStatistics[]> {
  const polls: CountedPoll[] = [];
  for await (const batch of streamRows(session, statements.polls, signal)) {
    polls.push(...countedPollsOf(batch, through));
  }
  const hours = traffic.parse(await allRows(session, statements.traffic));
  return weighVoters(
    polls,
    hours.map(
      ({ hour, established_votes, first_votes }): HourlyTraffic => ({
        hour,
        established: established_votes,
        first: first_votes,
      }),
    ),
  );
}

const texts = z.array(z.string());
const numbers = z.array(z.number());
const numbersOrNull = z.array(z.number().nullable());

/**
 * Rows of `poll_statistics` with their exposure. The statement measures the last day from the newest vote; where that is a day
 * before the watermark `through`, such as in old data just imported, no vote is of the last day.
 */
function countedPollsOf(batch: ColumnBatch, through: Millis | null): CountedPoll[] {
  const optionIds = z.array(texts.nullable()).parse(batch.column('option_ids'));
  const optionVotes = z.array(numbers.nullable()).parse(batch.column('option_votes'));
  const column = (name: string): ((row: number) => number) => {
    const values = numbers.parse(batch.column(name));
    return (row) => values[row] ?? 0;
  };
  const voters = (prefix: string): ((row: number) => { established: number; first: number }) => {
    const [established, first] = [column(`${prefix}_established`), column(`${prefix}_first`)];
    return (row) => ({ established: established(row), first: first(row) });
  };
  const [decayed, window, before, all] = [
    voters('decayed'),
    voters('window'),
    voters('before'),
    voters('all'),
  ];
  const [share, weight] = [column('prior_share'), column('prior_weight')];
  const [windowSeen, beforeSeen] = [column('window_seen'), column('before_seen')];
  const votesLastDay = column('votes_last_day');
  const begunBefore = numbersOrNull.parse(batch.column('begun_before'));
  const newestAt = numbersOrNull.parse(batch.column('newest_at'));
  return texts.parse(batch.column('poll_id')).map((id, row) => {
    const newest = newestAt[row] ?? null;
    const until = through ?? newest ?? 0;
    return {
      pollId: pollId(id),
      optionVotes: (optionIds[row] ?? []).map((option, place) => ({
        optionId: optionId(option),
        votes: optionVotes[row]?.[place] ?? 0,
      })),
      votesLastDay: newest !== null && newest > until - DAY ? votesLastDay(row) : 0,
      decayed: { ...decayed(row), at: newest ?? until },
      prior: { share: share(row), weight: weight(row) },
      through: until,
      window: window(row),
      before: before(row),
      all: all(row),
      begunBefore: begunBefore[row] ?? 0,
      seen: { window: windowSeen(row), before: beforeSeen(row) },
    };
  });
}
