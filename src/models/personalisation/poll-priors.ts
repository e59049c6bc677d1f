import type { TrainingPoll } from '../training-poll.js';
import type { VoteLog } from '../votes/vote-log.js';
import type { PollSigns } from './poll-signs.js';
import type { PersonalisationSettings } from './settings.js';

/** What is known of a poll without knowing the user; arrays by place in the catalogue. */
export interface PollPriors {
  readonly votes: Float64Array;
  /** Votes by option. */
  readonly optionVotes: readonly Float64Array[];
  /** Mean value of the votes (pass counted as 0), drawn to the poll's topics and these to the whole. */
  readonly means: Float64Array;
  /** Share of the votes that were an answer and no pass, drawn likewise. */
  readonly answeredShares: Float64Array;
  /** The same two of all polls together: what an unknown poll gets. */
  readonly overall: { readonly mean: number; readonly answeredShare: number };
}

/** Share of answered that is assumed before any vote was seen, with the weight of `topicPrior` votes. */
const DEFAULT_ANSWERED_SHARE = 0.8;

export interface PriorInput {
  readonly polls: readonly TrainingPoll[];
  readonly signs: readonly PollSigns[];
  readonly votes: VoteLog;
}

/** Smoothed poll means: (sum + w · m) / (votes + w), m being the mean of the poll's topics, smoothed in the same way. */
export function countPriors(
  { polls, signs, votes }: PriorInput,
  settings: PersonalisationSettings,
): PollPriors {
  const optionVotes = polls.map((poll) => new Float64Array(poll.optionIds.length));
  for (let at = 0; at < votes.voteCount; at += 1) {
    const counts = optionVotes[votes.polls[at] as number] as Float64Array;
    const option = votes.options[at] as number;
    counts[option] = (counts[option] as number) + 1;
  }
  const totals = optionVotes.map((counts) => counts.reduce((sum, count) => sum + count, 0));
  const weighted = (of: (poll: PollSigns) => readonly number[]): number[] =>
    optionVotes.map((counts, poll) => {
      const values = of(signs[poll] as PollSigns);
      return counts.reduce((sum, count, option) => sum + count * (values[option] as number), 0);
    });
  const polar = totals.map((total, poll) => (signs[poll]?.polar === true ? total : 0));
  const liking = smooth(
    polls,
    { sums: weighted((poll) => poll.values), totals: polar },
    { settings, start: 0 },
  );
  const answering = smooth(
    polls,
    { sums: weighted((poll) => poll.answered.map(Number)), totals },
    { settings, start: DEFAULT_ANSWERED_SHARE },
  );
  return {
    votes: Float64Array.from(totals),
    optionVotes,
    means: liking.byPoll,
    answeredShares: answering.byPoll,
    overall: { mean: liking.overall, answeredShare: answering.overall },
  };
}

interface Tally {
  sum: number;
  total: number;
}

function smooth(
  polls: readonly TrainingPoll[],
  { sums, totals }: { readonly sums: readonly number[]; readonly totals: readonly number[] },
  { settings, start }: { readonly settings: PersonalisationSettings; readonly start: number },
): { byPoll: Float64Array; overall: number } {
  const { meanPrior, topicPrior } = settings;
  const shrink = ({ sum, total }: Tally, prior: number, weight: number): number =>
    (sum + weight * prior) / (total + weight);
  const all: Tally = { sum: 0, total: 0 };
  const topics = new Map<string, Tally>();
  polls.forEach((poll, index) => {
    const sum = sums[index] as number;
    const total = totals[index] as number;
    add(all, sum, total);
    for (const topic of poll.topics) {
      const tally = topics.get(topic) ?? { sum: 0, total: 0 };
      add(tally, sum, total);
      topics.set(topic, tally);
    }
  });
  const overall = shrink(all, start, topicPrior);
  const topicMeans = new Map(
    [...topics].map(([topic, tally]) => [topic, shrink(tally, overall, topicPrior)]),
  );
  const byPoll = Float64Array.from(polls, (poll, index) => {
    const means = poll.topics.map((topic) => topicMeans.get(topic) ?? overall);
    const prior = means.length === 0 ? overall : means.reduce((a, b) => a + b, 0) / means.length;
    return shrink({ sum: sums[index] as number, total: totals[index] as number }, prior, meanPrior);
  });
  return { byPoll, overall };
}

function add(tally: Tally, sum: number, total: number): void {
  tally.sum += sum;
  tally.total += total;
}
