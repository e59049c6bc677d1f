import { optionId } from '../../domain/ids.js';
import type { Polarity } from '../../domain/polarity.js';
import type { VoteRow } from './vote-row.js';

/** What is said of a poll without looking at who is asked. */
export interface PopularityYardsticks {
  /** Share of the positive side, drawn to that of the poll's topics. */
  agreeShare(poll: string): number;
  /** Votes of the training part. */
  voteCount(poll: string): number;
}

/** Votes by which a poll's share is drawn to its prior, as the protocol of the real votes fixes it. */
const PRIOR_VOTES = 5;

/**
 * Counts votes. The prior of a poll is the share of the positive side among the votes on its topic (the mean for several topics), of
 * all votes where the topic has none, and 1/2 where there is no vote with a side.
 */
export function popularityYardsticks(
  training: readonly VoteRow[],
  polarity: Polarity,
  topicsOf: (poll: string) => readonly string[],
): PopularityYardsticks {
  const polls = new Map<string, Sides>();
  const topics = new Map<string, Sides>();
  const all = new Sides();
  const sidesOf = (of: Map<string, Sides>, name: string): Sides => {
    const sides = of.get(name) ?? new Sides();
    of.set(name, sides);
    return sides;
  };
  for (const { pollId, optionId: option } of training) {
    const sign = option === null ? 0 : (polarity.get(optionId(option)) ?? 0);
    for (const sides of [
      all,
      sidesOf(polls, pollId),
      ...topicsOf(pollId).map((name) => sidesOf(topics, name)),
    ])
      sides.add(sign);
  }
  const priorOf = (poll: string): number => {
    const shares = topicsOf(poll).flatMap((topic) => topics.get(topic)?.share() ?? []);
    if (shares.length === 0) return all.share() ?? 0.5;
    return shares.reduce((sum, share) => sum + share, 0) / shares.length;
  };
  return {
    agreeShare: (poll) => {
      const { positive, polar } = polls.get(poll) ?? new Sides();
      return (positive + PRIOR_VOTES * priorOf(poll)) / (polar + PRIOR_VOTES);
    },
    voteCount: (poll) => polls.get(poll)?.votes ?? 0,
  };
}

/** Votes, by side. */
class Sides {
  votes = 0;
  positive = 0;
  /** On either side. */
  polar = 0;

  add(sign: number): void {
    this.votes += 1;
    if (sign !== 0) this.polar += 1;
    if (sign > 0) this.positive += 1;
  }

  /** Of the positive side; null without votes on a side. */
  share(): number | null {
    return this.polar === 0 ? null : this.positive / this.polar;
  }
}
