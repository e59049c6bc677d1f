import { HunchError } from '../../domain/errors.js';
import type { PollId } from '../../domain/ids.js';
import type { Polarity } from '../../domain/polarity.js';
import { type PollStatistics, popularityScore, smoothedAgreeShare } from '../../domain/popularity.js';

/** A poll with what decides its place among the popular. */
export interface PopularPoll {
  readonly topics: readonly string[];
  readonly language: string | null;
  readonly statistics: PollStatistics;
}

export interface PopularEntry {
  readonly pollId: PollId;
  readonly topics: readonly string[];
  readonly language: string | null;
  /** Decayed votes × smoothed agree share. */
  readonly popularity: number;
  /** The trend; equal trends are ordered by popularity, which adds less than any trend worth telling. */
  readonly trending: number;
}

/** What lists of popular polls are made from. */
export interface PopularModel {
  readonly entries: readonly PopularEntry[];
}

/** The most that popularity adds to a trend. */
const TIE_BREAKER = 1e-4;

/**
 * Scores every poll given, in the order given, which decides between equal scores. Throws INVALID_DATA where there is no poll and
 * INVALID_MODEL where a score is not finite.
 */
export function scorePopular(polls: readonly PopularPoll[], polarity: Polarity): PopularModel {
  if (polls.length === 0) {
    throw new HunchError(
      'INVALID_DATA',
      'There is no poll to score. Import polls, or wait for the first ones.',
    );
  }
  const popularities = polls.map(({ statistics }) =>
    popularityScore(
      statistics.decayedVotes,
      smoothedAgreeShare(statistics.optionVotes, polarity, statistics.priorShare),
    ),
  );
  const most = popularities.reduce((a, b) => Math.max(a, b), 1);
  const entries = polls.map(({ topics, language, statistics }, index) => {
    const popularity = popularities[index] as number;
    const trending = Math.max(0, statistics.trend) + (TIE_BREAKER * popularity) / most;
    if (!Number.isFinite(popularity) || !Number.isFinite(trending)) {
      throw new HunchError(
        'INVALID_MODEL',
        `Poll ${statistics.pollId} scores ${popularity} (trend ${statistics.trend}), where every score must be finite. Look at the statistics of this run.`,
      );
    }
    return { pollId: statistics.pollId, topics, language, popularity, trending };
  });
  return { entries };
}
