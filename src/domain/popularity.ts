import type { OptionId, PollId } from './ids.js';
import type { Polarity } from './polarity.js';
import { DAY, HOUR, type Millis } from './time.js';

/**
 * After this long a vote counts half. Of the half lives tried on the training part of the real votes the lists of this one
 * held most of the agree votes to come; docs/quality.md has the figures.
 */
export const POPULARITY_HALF_LIFE: Millis = 12 * HOUR;
/** A trend is a rise of this newest window over what was before; figures of it that are older than the window say nothing. */
export const TREND_WINDOW: Millis = DAY;
/**
 * The votes on the first so many polls of a voter are first votes; with those after them the voter is established. Whoever makes
 * accounts to lift one poll has first votes only.
 */
export const FIRST_VOTES = 5;
/** First votes that count on any poll, whoever else voted on it. */
const FREE_FIRST_VOTES = 3;

export interface OptionVotes {
  readonly optionId: OptionId;
  readonly votes: number;
}

/** Votes of two sorts: by established voters, and first votes. */
export interface VoterCounts {
  readonly established: number;
  readonly first: number;
}

/** Votes weighed by 2^(-age / POPULARITY_HALF_LIFE), ages relative to `at`. */
export interface DecayedVotes extends VoterCounts {
  readonly at: Millis;
}

/** The share of the positive side as a topic has it, worth so many votes. */
export interface AgreePrior {
  /** 0 to 1. */
  readonly share: number;
  /** Pseudo-votes, above 0: many where polls of the topic are alike. */
  readonly weight: number;
}

/** Prior of a poll of which no flow knows: half is the share that says nothing, and 5 votes was the best one weight for all. */
export const NEUTRAL_PRIOR: AgreePrior = { share: 0.5, weight: 5 };

/** What a flow has counted of one poll, of all clean votes up to `through`. */
export interface PollStatistics {
  readonly pollId: PollId;
  readonly optionVotes: readonly OptionVotes[];
  /** Votes of the last 24 hours before the newest vote of the data; 0 where that is a day or more before `through`. */
  readonly votesLastDay: number;
  /** As of the newest vote of the data. A voter who votes on the poll again stays at the time of the first vote. */
  readonly decayed: DecayedVotes;
  /**
   * First votes for each established vote on a poll where they are many, over all polls; null where first votes are so many
   * everywhere that they tell nothing, and all count.
   */
  readonly firstVoteOdds: number | null;
  readonly prior: AgreePrior;
  /**
   * How often the votes of the last day have doubled against the poll's own past, at the least; 0 where that is no more than
   * chance gives.
   */
  readonly trend: number;
  /** The newest recording among the events counted: what was recorded later is counted live. */
  readonly through: Millis;
}

const weightAfter = (age: Millis): number => 2 ** (-age / POPULARITY_HALF_LIFE);

/** The same votes as of another moment, also an earlier one. */
export function decayTo(votes: DecayedVotes, at: Millis): DecayedVotes {
  const weight = weightAfter(at - votes.at);
  return { established: votes.established * weight, first: votes.first * weight, at };
}

/** Both together, as of the later of their moments. */
export function addDecayed(a: DecayedVotes, b: DecayedVotes): DecayedVotes {
  const at = Math.max(a.at, b.at);
  const [x, y] = [decayTo(a, at), decayTo(b, at)];
  return { established: x.established + y.established, first: x.first + y.first, at };
}

/**
 * The votes that popularity is made of. First votes count up to three, and beyond that up to `1 + 2 odds` for each established
 * vote: usual mixtures count in full, and any number of accounts made for one poll lifts it no further than that.
 */
export function countedVotes({ established, first }: VoterCounts, firstVoteOdds: number | null): number {
  const most =
    firstVoteOdds === null
      ? Number.POSITIVE_INFINITY
      : FREE_FIRST_VOTES + (1 + 2 * firstVoteOdds) * Math.max(0, established);
  return Math.max(0, established) + Math.min(Math.max(0, first), most);
}

/**
 * (agree + w·p) / (agree + disagree + w): the mean of the Beta posterior of the positive share, with the prior's share p and
 * weight w. Options without polarity take no part; with none at all the prior comes back.
 */
export function smoothedAgreeShare(
  votes: readonly OptionVotes[],
  polarity: Polarity,
  prior: AgreePrior,
): number {
  let positive = 0;
  let polar = 0;
  for (const { optionId, votes: count } of votes) {
    const sign = polarity.get(optionId);
    if (sign === undefined || sign === 0) continue;
    polar += count;
    if (sign > 0) positive += count;
  }
  return (positive + prior.weight * prior.share) / (polar + prior.weight);
}

/** The popularity that lists are ordered by: decayed votes × smoothed agree share. */
export const popularityScore = (decayedVotes: number, agreeShare: number): number =>
  decayedVotes * agreeShare;

/** What lists of trending polls are ordered by: 1 and the trend where a poll rises; below 1, by popularity, where none is known. */
export function trendingScore(trend: number, popularity: number): number {
  if (trend > 0) return 1 + trend;
  const size = Math.log1p(Math.max(0, popularity));
  return size / (1 + size);
}
