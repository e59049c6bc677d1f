import type { CatalogueEntry } from '../datasources/catalogue/catalogue-store.js';
import type { OptionId } from '../domain/ids.js';
import type { Polarity } from '../domain/polarity.js';
import {
  addDecayed,
  countedVotes,
  type DecayedVotes,
  decayTo,
  NEUTRAL_PRIOR,
  type OptionVotes,
  popularityScore,
  smoothedAgreeShare,
  TREND_WINDOW,
} from '../domain/popularity.js';
import { DAY, type Millis } from '../domain/time.js';

/** A poll's numbers as of now: the flow's counts and the votes since. */
export interface LivePollStats {
  readonly votes: number;
  readonly votesLastDay: number;
  /** The popularity that lists are ordered by: ages of votes are relative to the newest vote of all polls. */
  readonly score: number;
  /** Rise of the last day over the poll's own past, as the last flow saw it; 0 once that is a day old. */
  readonly trend: number;
  readonly optionVotes: ReadonlyMap<OptionId, number>;
  /** Share of the positive side, drawn to the topic's where votes are few; 0 to 1. */
  readonly likingShare: number;
}

/** What is known of a poll's votes, apart from what time makes of it. */
export interface PollCounts {
  readonly votes: number;
  readonly optionVotes: ReadonlyMap<OptionId, number>;
  readonly likingShare: number;
  readonly liveVotes: number;
  readonly decayed: DecayedVotes;
  /** The last flow's; null where no flow has counted the poll. */
  readonly counted: {
    readonly at: Millis;
    readonly through: Millis;
    readonly votesLastDay: number;
    readonly trend: number;
  } | null;
}

export const NO_COUNTS: PollCounts = {
  votes: 0,
  optionVotes: new Map(),
  likingShare: NEUTRAL_PRIOR.share,
  liveVotes: 0,
  decayed: { established: 0, first: 0, at: 0 },
  counted: null,
};

/** The flow's counts of a poll with the votes since. */
export function pollCountsOf(entry: CatalogueEntry, polarity: Polarity): PollCounts {
  const { statistics, liveVotes, liveActivity } = entry;
  const optionVotes = new Map<OptionId, number>();
  for (const { optionId, votes } of statistics?.optionVotes ?? []) optionVotes.set(optionId, votes);
  let live = 0;
  for (const { optionId, votes } of liveVotes) {
    live += votes;
    optionVotes.set(optionId, Math.max(0, (optionVotes.get(optionId) ?? 0) + votes));
  }
  let votes = 0;
  const counts: OptionVotes[] = [];
  for (const [optionId, count] of optionVotes) {
    votes += count;
    counts.push({ optionId, votes: count });
  }
  return {
    votes,
    optionVotes,
    likingShare: smoothedAgreeShare(counts, polarity, statistics?.prior ?? NEUTRAL_PRIOR),
    liveVotes: live,
    decayed: statistics === null ? liveActivity : addDecayed(statistics.decayed, liveActivity),
    counted:
      statistics === null
        ? null
        : {
            at: statistics.decayed.at,
            through: statistics.through,
            votesLastDay: statistics.votesLastDay,
            trend: statistics.trend,
          },
  };
}

export interface StatsMoment {
  readonly now: Millis;
  /** When the newest vote on any poll was given. */
  readonly newestVoteAt: Millis;
  /** As the last flow found it over all polls. */
  readonly firstVoteOdds: number | null;
}

/** The numbers at a moment. */
export function pollStatsAt(
  counts: PollCounts,
  { now, newestVoteAt, firstVoteOdds }: StatsMoment,
): LivePollStats {
  const { votes, optionVotes, likingShare, liveVotes, decayed, counted } = counts;
  // Counts of an older run say nothing about the last day; votes taken in since are all younger than that run.
  const isFresh = counted !== null && now - counted.through < DAY;
  const lastDay = (isFresh ? counted.votesLastDay : 0) + liveVotes;
  const isTrendFresh = counted !== null && newestVoteAt - counted.at < TREND_WINDOW;
  return {
    votes,
    votesLastDay: Math.max(0, Math.min(lastDay, votes)),
    score: popularityScore(countedVotes(decayTo(decayed, newestVoteAt), firstVoteOdds), likingShare),
    trend: isTrendFresh ? counted.trend : 0,
    optionVotes,
    likingShare,
  };
}
