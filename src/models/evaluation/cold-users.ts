import type { Polarity } from '../../domain/polarity.js';
import { aucByUser } from './exposed-auc.js';
import { judgeAnswer, judgeLiking, predictItems } from './exposed-protocol.js';
import { type PopularityYardsticks, popularityYardsticks } from './popularity-yardsticks.js';
import type { ScoreCandidates } from './score-candidates.js';
import { timeSplit, type VoteFiles } from './splits.js';
import {
  type PairedTest,
  pairedTest,
  summariseUsers,
  type UserMeasure,
  type UserSummary,
} from './user-summary.js';
import type { EvaluationSet } from './vote-row.js';

/** How well unseen users are foretold once so many of their votes are known. */
export interface ColdUserPoint {
  readonly knownVotes: number;
  readonly exposedAuc: UserSummary | null;
  readonly answeredAuc: UserSummary | null;
  /** The exposed AUC less that of the smoothed agree share, on the same users. */
  readonly gain: PairedTest | null;
}

/** The same users and items at every point, so that the points can be compared. */
export interface ColdUsers {
  readonly points: readonly ColdUserPoint[];
  /** The exposed AUC of what looks at the poll only. */
  readonly yardsticks: {
    readonly agreeShare: UserSummary | null;
    readonly voteCount: UserSummary | null;
  };
}

export interface ColdUserTest {
  readonly files: VoteFiles;
  /** How many votes are known, each a point. */
  readonly knownVotes: readonly number[];
  readonly polarity: Polarity;
  readonly topicsOf: (poll: string) => readonly string[];
}

/**
 * Unseen users of the time split: what they voted on after as many polls as the last point knows is scored at every point, with fewer
 * or more of the polls before it known.
 */
export async function measureColdUsers(
  { files, knownVotes, polarity, topicsOf }: ColdUserTest,
  score: ScoreCandidates,
): Promise<ColdUsers> {
  const most = Math.max(0, ...knownVotes);
  const split = timeSplit(files, most);
  const items = split.items.filter(({ group }) => group === 'cold');
  const users = new Set(items.map(({ vote }) => vote.userId));
  const yardsticks = popularityYardsticks(split.training, polarity, topicsOf);
  const agreeShare = yardstickAuc(items, polarity, yardsticks.agreeShare);
  const points: ColdUserPoint[] = [];
  for (const count of knownVotes) {
    const known = new Map([...users].map((user) => [user, (split.known.get(user) ?? []).slice(0, count)]));
    const predictions = await predictItems({ items, known }, score);
    const exposed = aucByUser(judgeLiking(predictions, polarity));
    points.push({
      knownVotes: count,
      exposedAuc: summariseUsers(exposed),
      answeredAuc: summariseUsers(aucByUser(judgeAnswer(predictions, polarity))),
      gain: pairedTest(exposed, agreeShare),
    });
  }
  return {
    points,
    yardsticks: {
      agreeShare: summariseUsers(agreeShare),
      voteCount: summariseUsers(yardstickAuc(items, polarity, yardsticks.voteCount)),
    },
  };
}

function yardstickAuc(
  items: EvaluationSet['items'],
  polarity: Polarity,
  scoreOf: PopularityYardsticks['agreeShare'],
): UserMeasure[] {
  const predictions = items.map((item) => {
    const score = scoreOf(item.vote.pollId);
    return { item, liking: score, answer: score, score };
  });
  return aucByUser(judgeLiking(predictions, polarity));
}
