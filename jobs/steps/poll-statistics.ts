import { z } from 'zod';
import type {
  ColumnBatch,
  TableSummary,
  WarehouseSession,
} from '../../src/datasources/warehouse/warehouse.js';
import { optionId, pollId } from '../../src/domain/ids.js';
import {
  FIRST_VOTES,
  NEUTRAL_PRIOR,
  POPULARITY_HALF_LIFE,
  type PollStatistics,
  TREND_WINDOW,
} from '../../src/domain/popularity.js';
import { DAY, type Millis } from '../../src/domain/time.js';
import { type CountedPoll, type HourlyTraffic, weighVoters } from '../../src/models/popular/weigh-voters.js';
import type { StepContext, StepDependencies } from '../flows/flow.js';
import { readStatement } from '../sql/statement.js';

/** Makes the run table `poll_counts` from the clean tables, where no other step has. */
export const materialisePollCounts = async (session: WarehouseSession): Promise<TableSummary> =>
  session.materialise('poll_counts', await readStatement('poll_counts'));

/** Makes the run tables that popularity is made of from the clean tables, where no other step has. */
export async function materialisePollStatistics(
  session: WarehouseSession,
  { signal }: Pick<StepContext, 'signal'>,
  { polarity }: Pick<StepDependencies, 'polarity'>,
): Promise<TableSummary> {
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
  await materialisePollCounts(session);
  for (const table of ['dated_votes', 'poll_traffic', 'poll_exposure']) {
    signal.throwIfAborted();
    await session.materialise(table, await readStatement(table), parameters);
  }
  signal.throwIfAborted();
  return session.materialise('poll_statistics', await readStatement('poll_statistics'), parameters);
}

const STATISTICS = `
  SELECT poll_statistics.*, COALESCE(poll_exposure.window_seen, 0) AS window_seen,
    COALESCE(poll_exposure.before_seen, 0) AS before_seen
  FROM poll_statistics
  LEFT JOIN poll_exposure ON poll_exposure.poll_id = poll_statistics.poll_id`;

const traffic = z.array(
  z.object({ hour: z.number(), established_votes: z.number(), first_votes: z.number() }),
);

/**
 * The statistics of all polls, what they are by themselves and against one another. `through`: the watermark of the run, as
 * `extract` gives it. Memory grows with the catalogue.
 */
export async function readPollStatistics(
  session: WarehouseSession,
  through: Millis | null,
  signal: AbortSignal,
): Promise<PollStatistics[]> {
  const polls: CountedPoll[] = [];
  for await (const batch of session.stream(STATISTICS, {}, signal))
    polls.push(...countedPollsOf(batch, through));
  const hours = traffic.parse(await session.all('SELECT * FROM poll_traffic'));
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
