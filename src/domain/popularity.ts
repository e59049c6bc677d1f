import type { OptionId, PollId } from './ids.js';
import type { Polarity } from './polarity.js';
import { DAY, type Millis } from './time.js';

/** After this long a vote counts half. */
export const POPULARITY_HALF_LIFE: Millis = 3 * DAY;
/** Pseudo-votes by which a poll's agree share is drawn to its topic's: 5 was best on the real votes. */
export const AGREE_SHARE_PRIOR_WEIGHT = 5;

export interface OptionVotes {
  readonly optionId: OptionId;
  readonly votes: number;
}

/** What a flow has counted of one poll, of all clean votes up to `through`. */
export interface PollStatistics {
  readonly pollId: PollId;
  readonly optionVotes: readonly OptionVotes[];
  /** Votes of the last 24 hours before the newest vote of the data; 0 where that is a day or more before `through`. */
  readonly votesLastDay: number;
  /** Votes weighed by 2^(-age/half life), age relative to the newest vote of the data. */
  readonly decayedVotes: number;
  /** Share of agree that the topic gives as prior, 0 to 1. */
  readonly priorShare: number;
  /** Rise of the last day over the poll's own past; 0 where there is none. */
  readonly trend: number;
  /** The newest recording among the events counted: what was recorded later is counted live. */
  readonly through: Millis;
}

/**
 * (agree + w·p) / (agree + disagree + w): the share of the positive side, drawn to the prior p by w pseudo-votes.
 * Options without polarity take no part; with none at all the prior comes back.
 */
export function smoothedAgreeShare(
  votes: readonly OptionVotes[],
  polarity: Polarity,
  priorShare: number,
): number {
  let positive = 0;
  let polar = 0;
  for (const { optionId, votes: count } of votes) {
    const sign = polarity.get(optionId);
    if (sign === undefined || sign === 0) continue;
    polar += count;
    if (sign > 0) positive += count;
  }
  return (positive + AGREE_SHARE_PRIOR_WEIGHT * priorShare) / (polar + AGREE_SHARE_PRIOR_WEIGHT);
}

/** The popularity that lists are ordered by: decayed votes × smoothed agree share. */
export const popularityScore = (decayedVotes: number, agreeShare: number): number =>
  decayedVotes * agreeShare;
