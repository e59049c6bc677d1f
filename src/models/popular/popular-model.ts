import { HunchError } from '../../domain/errors.js';
import type { PollId } from '../../domain/ids.js';
import type { Polarity } from '../../domain/polarity.js';
import {
  countedVotes,
  type PollStatistics,
  popularityScore,
  smoothedAgreeShare,
  trendingScore,
} from '../../domain/popularity.js';

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
  /** Decayed votes × smoothed agree share, as of the newest vote of the data. */
  readonly popularity: number;
  /** Above 1 where the poll rises; below, by popularity, where it does not. */
  readonly trending: number;
}

/** What lists of popular polls are made from. */
export interface PopularModel {
  readonly entries: readonly PopularEntry[];
}

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
  const entries = polls.map(({ topics, language, statistics }) => {
    const { optionVotes, decayed, firstVoteOdds, prior, trend } = statistics;
    const popularity = popularityScore(
      countedVotes(decayed, firstVoteOdds),
      smoothedAgreeShare(optionVotes, polarity, prior),
    );
    const trending = trendingScore(trend, popularity);
    if (!Number.isFinite(popularity) || !Number.isFinite(trend)) {
      throw new HunchError(
        'INVALID_MODEL',
        `Poll ${statistics.pollId} scores ${popularity} (trend ${trend}), where every score must be finite. Look at the statistics of this run.`,
      );
    }
    return { pollId: statistics.pollId, topics, language, popularity, trending };
  });
  return { entries };
}
