import { aucByUser } from './exposed-auc.js';
import type { JudgedItem } from './exposed-protocol.js';
import { summariseUsers, type UserMeasure, type UserSummary } from './user-summary.js';
import type { VoteRow } from './vote-row.js';

/** AUC of both questions over a part of the users or of the items; null where it can be taken of nobody. */
export interface AucPair {
  readonly exposedAuc: UserSummary | null;
  readonly answeredAuc: UserSummary | null;
}

export interface HistoryLengthAuc extends AucPair {
  /** Known votes of these users: from so many … */
  readonly from: number;
  /** … to so many; null without end. */
  readonly to: number | null;
}

export interface TopicAuc extends AucPair {
  readonly topic: string;
}

/** Known votes at which a class of users begins. */
const LENGTHS = [0, 1, 3, 5, 10, 20] as const;

export type MeasuresOfBoth = Readonly<Record<keyof AucPair, readonly UserMeasure[]>>;

/** Users by how many votes are known of them. Classes without users are left out. */
export function aucByHistoryLength(
  measures: MeasuresOfBoth,
  known: ReadonlyMap<string, readonly VoteRow[]>,
): HistoryLengthAuc[] {
  return LENGTHS.map((from, place): HistoryLengthAuc => {
    const next = LENGTHS[place + 1];
    const isIn = ({ user }: UserMeasure): boolean => {
      const length = known.get(user)?.length ?? 0;
      return length >= from && (next === undefined || length < next);
    };
    return {
      from,
      to: next === undefined ? null : next - 1,
      exposedAuc: summariseUsers(measures.exposedAuc.filter(isIn)),
      answeredAuc: summariseUsers(measures.answeredAuc.filter(isIn)),
    };
  }).filter(isMeasured);
}

/**
 * The AUC within the items of each topic, topics by name. An item of several topics counts in each. Topics in which nobody has
 * items of both sides are left out.
 */
export function aucByTopic(
  judged: Readonly<Record<keyof AucPair, readonly JudgedItem[]>>,
  topicsOf: (poll: string) => readonly string[],
): TopicAuc[] {
  const [liking, answer] = [judged.exposedAuc, judged.answeredAuc].map((items) => byTopic(items, topicsOf));
  const topics = new Set([...(liking?.keys() ?? []), ...(answer?.keys() ?? [])]);
  return [...topics]
    .sort()
    .map((topic) => ({
      topic,
      exposedAuc: summariseUsers(aucByUser(liking?.get(topic) ?? [])),
      answeredAuc: summariseUsers(aucByUser(answer?.get(topic) ?? [])),
    }))
    .filter(isMeasured);
}

const isMeasured = ({ exposedAuc, answeredAuc }: AucPair): boolean =>
  exposedAuc !== null || answeredAuc !== null;

function byTopic(
  items: readonly JudgedItem[],
  topicsOf: (poll: string) => readonly string[],
): Map<string, JudgedItem[]> {
  const topics = new Map<string, JudgedItem[]>();
  for (const item of items) {
    for (const topic of topicsOf(item.poll)) {
      const own = topics.get(topic);
      if (own === undefined) topics.set(topic, [item]);
      else own.push(item);
    }
  }
  return topics;
}
