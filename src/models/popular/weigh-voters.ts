import type { PollStatistics, VoterCounts } from '../../domain/popularity.js';
import { TREND_WINDOW } from '../../domain/popularity.js';
import { HOUR, type Millis } from '../../domain/time.js';
import { findTrends, type TrendCounts } from './find-trends.js';

/** Polls with this many votes tell how usual first votes are; so many of them are needed. */
const TELLING_VOTES = 5;
const TELLING_POLLS = 4;
/** The poll of which a quarter have a larger share of first votes. */
const USUAL_QUANTILE = 0.75;
/** From this share of first votes on even polls with usual voters are full of them: they tell nothing then. */
const LARGEST_TELLING_SHARE = 0.5;

/** One poll as it is by itself. */
export interface CountedPoll extends Omit<PollStatistics, 'firstVoteOdds' | 'trend'> {
  /** Votes of the newest window, of the seven windows before it, and of all time. */
  readonly window: VoterCounts;
  readonly before: VoterCounts;
  readonly all: VoterCounts;
  /** From the poll's beginning to the newest vote of the data. */
  readonly begunBefore: Millis;
  /** Users who were shown the poll in the window and in the seven before; 0 where nobody reports that. */
  readonly seen: { readonly window: number; readonly before: number };
}

/** Votes on all polls in one hour, counted back from the newest vote. */
export interface HourlyTraffic extends VoterCounts {
  readonly hour: number;
}

/** The statistics with what only all polls together tell: how usual first votes are, and which polls rise. */
export function weighVoters(
  polls: readonly CountedPoll[],
  traffic: readonly HourlyTraffic[],
): PollStatistics[] {
  const firstVoteOdds = usualFirstVoteOdds(polls);
  const trends = trendsOf(polls, { traffic, firstVoteOdds });
  return polls.map(({ window, before, all, begunBefore, seen, ...statistics }, index) => ({
    ...statistics,
    firstVoteOdds,
    trend: trends[index] ?? 0,
  }));
}

/** First votes for each established one on the poll at the third quartile; null where they can't be told from a flood. */
function usualFirstVoteOdds(polls: readonly CountedPoll[]): number | null {
  const shares = polls
    .map(({ all }) => ({ votes: all.established + all.first, first: all.first }))
    .filter(({ votes }) => votes >= TELLING_VOTES)
    .map(({ votes, first }) => first / votes)
    .sort((a, b) => a - b);
  const share = shares[Math.floor(USUAL_QUANTILE * shares.length)];
  if (share === undefined || shares.length < TELLING_POLLS || share >= LARGEST_TELLING_SHARE) return null;
  return share / (1 - share);
}

interface TrendSetting {
  readonly traffic: readonly HourlyTraffic[];
  readonly firstVoteOdds: number | null;
}

function trendsOf(polls: readonly CountedPoll[], { traffic, firstVoteOdds }: TrendSetting): number[] {
  // A flood of first votes on one poll must make neither that one rise nor all others look quiet.
  const votesOf = ({ established, first }: VoterCounts): number =>
    established + (firstVoteOdds === null ? first : Math.min(first, firstVoteOdds * established));
  const exposed = polls.map((poll): TrendCounts & { readonly isSeen: boolean } => {
    const [window, before] = [votesOf(poll.window), votesOf(poll.before)];
    // Impressions that are fewer than the votes are not all there.
    const isSeen = poll.seen.window > 0 && poll.seen.window >= window && poll.seen.before >= before;
    if (isSeen) return { window, before, exposure: poll.seen, isSeen };
    const all = trafficSince(poll.begunBefore, traffic, votesOf);
    const exposure = { window: Math.max(0, all.window - window), before: Math.max(0, all.before - before) };
    return { window, before, exposure, isSeen };
  });
  const trends: number[] = polls.map(() => 0);
  for (const isSeen of [true, false]) {
    const places = [...exposed.keys()].filter((place) => exposed[place]?.isSeen === isSeen);
    const found = findTrends(places.map((place) => exposed[place] as TrendCounts));
    places.forEach((place, index) => {
      trends[place] = found[index] ?? 0;
    });
  }
  return trends;
}

/** Votes on all polls in the window, and before it since a poll began. */
function trafficSince(
  begunBefore: Millis,
  traffic: readonly HourlyTraffic[],
  votesOf: (votes: VoterCounts) => number,
): { readonly window: number; readonly before: number } {
  let window = 0;
  let before = 0;
  for (const hour of traffic) {
    const age = hour.hour * HOUR;
    if (age > begunBefore) continue;
    if (age < TREND_WINDOW) window += votesOf(hour);
    else before += votesOf(hour);
  }
  return { window, before };
}
