import { z } from 'zod';
import type {
  ColumnBatch,
  TableSummary,
  WarehouseSession,
} from '../../src/datasources/warehouse/warehouse.js';
import { optionId, pollId } from '../../src/domain/ids.js';
import { POPULARITY_HALF_LIFE, type PollStatistics } from '../../src/domain/popularity.js';
import { DAY, type Millis } from '../../src/domain/time.js';
import type { StepContext, StepDependencies } from '../flows/flow.js';
import { readStatement } from '../sql/statement.js';

/** Votes a day that every poll is taken to have had before, so that the first vote on a quiet one is no trend. */
const TREND_PRIOR = 5;

/** Makes the run tables `poll_counts` and `poll_statistics` from the clean tables, where no other step has. */
export async function materialisePollStatistics(
  session: WarehouseSession,
  { signal }: Pick<StepContext, 'signal'>,
  { polarity }: Pick<StepDependencies, 'polarity'>,
): Promise<TableSummary> {
  const optionsOf = (sign: number): string[] =>
    [...polarity].filter(([, value]) => value === sign).map(([option]) => option);
  signal.throwIfAborted();
  await session.materialise('poll_counts', await readStatement('poll_counts'));
  signal.throwIfAborted();
  return session.materialise('poll_statistics', await readStatement('poll_statistics'), {
    positive_options: optionsOf(1),
    negative_options: optionsOf(-1),
    half_life_ms: POPULARITY_HALF_LIFE,
    trend_prior: TREND_PRIOR,
  });
}

/** The run table `poll_statistics`, batch by batch. `through`: the watermark of the run, as `extract` gives it. */
export async function* readPollStatistics(
  session: WarehouseSession,
  through: Millis | null,
  signal: AbortSignal,
): AsyncGenerator<PollStatistics[], void, undefined> {
  for await (const batch of session.stream('SELECT * FROM poll_statistics', {}, signal)) {
    yield pollStatisticsOf(batch, through);
  }
}

const texts = z.array(z.string());
const numbers = z.array(z.number());

/**
 * Rows of `poll_statistics`. The statement measures the last day from the newest vote; where that is a day before the
 * watermark `through`, such as in old data just imported, no vote is of the last day.
 */
export function pollStatisticsOf(batch: ColumnBatch, through: Millis | null): PollStatistics[] {
  const optionIds = z.array(texts.nullable()).parse(batch.column('option_ids'));
  const optionVotes = z.array(numbers.nullable()).parse(batch.column('option_votes'));
  const votesLastDay = numbers.parse(batch.column('votes_last_day'));
  const decayedVotes = numbers.parse(batch.column('decayed_votes'));
  const priorShares = numbers.parse(batch.column('prior_share'));
  const trends = numbers.parse(batch.column('trend'));
  const newestAt = z.array(z.number().nullable()).parse(batch.column('newest_at'));
  return texts.parse(batch.column('poll_id')).map((id, row) => {
    const newest = newestAt[row] ?? null;
    const until = through ?? newest ?? 0;
    return {
      pollId: pollId(id),
      optionVotes: (optionIds[row] ?? []).map((option, place) => ({
        optionId: optionId(option),
        votes: optionVotes[row]?.[place] ?? 0,
      })),
      votesLastDay: newest !== null && newest > until - DAY ? (votesLastDay[row] ?? 0) : 0,
      decayedVotes: decayedVotes[row] ?? 0,
      priorShare: priorShares[row] ?? 0,
      trend: trends[row] ?? 0,
      through: until,
    };
  });
}
