import type { UserMeasure } from './user-summary.js';

/**
 * Area under the ROC curve: the chance that a positive item scores above a negative one, ties counting one half. Null unless there
 * is at least one of each. By ranks (Mann and Whitney 1947), ties getting their mean rank.
 */
export function areaUnderCurve(scores: readonly number[], positive: readonly boolean[]): number | null {
  const order = scores.map((_, item) => item).sort((a, b) => (scores[a] as number) - (scores[b] as number));
  const positives = positive.reduce((count, is) => count + (is ? 1 : 0), 0);
  const negatives = positive.length - positives;
  if (positives === 0 || negatives === 0) return null;
  let rankSum = 0;
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && scores[order[end] as number] === scores[order[start] as number]) end += 1;
    const meanRank = (start + 1 + end) / 2;
    for (let at = start; at < end; at += 1) if (positive[order[at] as number] === true) rankSum += meanRank;
    start = end;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** One scored row: who, how it was scored, and which side it is on. */
export interface ScoredItem {
  readonly user: string;
  readonly score: number;
  readonly positive: boolean;
}

/** The AUC within each user who has items of both kinds, in the order in which users first come up. */
export function aucByUser(items: Iterable<ScoredItem>): UserMeasure[] {
  const users = new Map<string, { scores: number[]; positive: boolean[] }>();
  for (const { user, score, positive } of items) {
    const own = users.get(user) ?? { scores: [], positive: [] };
    own.scores.push(score);
    own.positive.push(positive);
    users.set(user, own);
  }
  const measures: UserMeasure[] = [];
  for (const [user, { scores, positive }] of users) {
    const value = areaUnderCurve(scores, positive);
    if (value !== null) measures.push({ user, value, items: scores.length });
  }
  return measures;
}
