import type { VoteLog } from '../votes/vote-log.js';
import type { PollSigns } from './poll-signs.js';

/** Of fewer votes it is too early to say that nobody ever answers otherwise. */
const FEWEST_VOTES = 100;

/**
 * The signs of the polls as far as votes bear them out: where nobody of many ever took the other side, or ever passed, there is no
 * question of liking, or of answering, in the whole catalogue. So a log of what people chose to vote on, all with one
 * option, is not mistaken for one of opinions.
 */
export function askedQuestions(signs: readonly PollSigns[], votes: VoteLog): readonly PollSigns[] {
  if (votes.voteCount < FEWEST_VOTES) return signs;
  const seen = { positive: false, negative: false, passed: false };
  for (let at = 0; at < votes.voteCount; at += 1) {
    const { values, answered } = signs[votes.polls[at] as number] as PollSigns;
    const option = votes.options[at] as number;
    const value = values[option] as number;
    // A value that is no number is no lack of sides: the fit refuses it.
    if (!(value <= 0)) seen.positive = true;
    if (value < 0) seen.negative = true;
    if (answered[option] === false) seen.passed = true;
  }
  const hasSides = seen.positive && seen.negative;
  return signs.map(({ polar, values, answered }) => ({
    polar: polar && hasSides,
    values: hasSides ? values : values.map(() => 0),
    answered: seen.passed ? answered : answered.map(() => true),
  }));
}
