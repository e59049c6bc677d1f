import type { ImpressionEvent, InteractionEvent, PollEvent, VoteEvent } from './event.js';
import {
  type Dismissal,
  HISTORY_LIMIT,
  type HistoryEntry,
  IMPRESSION_LIMIT,
  type ImpressionCount,
  type UserFeatures,
} from './features.js';
import type { OptionId, PollId } from './ids.js';

/**
 * The features after the event. Pure and idempotent: an event that is known, or outdated by a later one on the same poll,
 * changes nothing but `updatedAt`; where that stands too, the same object comes back.
 *
 * Of the votes, skips and retractions on one poll the last one by (`occurredAt`, `recordedAt`, order of arrival) holds,
 * in whatever order they arrive. Two bounds limit that:
 * - Of a vote that left the history (HISTORY_LIMIT) only the poll is known. A retraction of it holds whatever its time,
 *   and the place that a retraction frees in the history is not filled from older votes before the next indexing.
 * - Impressions are counted, not kept: one that is not newer than the last one, or than what the user then did with the
 *   poll, is not counted, and none is remembered of a poll with a standing vote.
 *
 * Affinities and languages stay as the last flow computed them: an event does not tell the poll's topics.
 */
export function applyEvent(features: UserFeatures, event: PollEvent): UserFeatures {
  const changed = withEvent(features, event);
  return event.recordedAt > changed.updatedAt ? { ...changed, updatedAt: event.recordedAt } : changed;
}

function withEvent(features: UserFeatures, event: PollEvent): UserFeatures {
  const { pollId, occurredAt, recordedAt } = event;
  switch (event.kind) {
    case 'VOTE':
      return withVote(features, event);
    case 'SKIP':
      return withEntry(features, { pollId, kind: 'SKIP', optionId: null, occurredAt, recordedAt });
    case 'RETRACT_VOTE':
      return withEntry(features, { pollId, kind: 'RETRACTED', optionId: null, occurredAt, recordedAt });
    case 'DISMISS':
    case 'UNDO_DISMISS':
      return withDismissal(features, event);
    case 'IMPRESSION':
      return withImpression(features, event);
  }
}

/** An author's vote is no taste, but it is a vote that stands, and it tells who wrote the poll. */
function withVote(features: UserFeatures, event: VoteEvent): UserFeatures {
  const { pollId, optionId, occurredAt, recordedAt } = event;
  const next = withEntry(features, { pollId, kind: 'VOTE', optionId, occurredAt, recordedAt });
  const isNewlyAuthored = event.isAuthor && !next.authored.includes(pollId);
  const wasSeen = next.impressions.some((impression) => impression.pollId === pollId);
  if (!isNewlyAuthored && !wasSeen) return next;
  return {
    ...next,
    authored: isNewlyAuthored ? [...next.authored, pollId] : next.authored,
    impressions: wasSeen ? without(next.impressions, pollId) : next.impressions,
  };
}

function withEntry(features: UserFeatures, entry: HistoryEntry): UserFeatures {
  const known = features.history.find((other) => other.pollId === entry.pollId);
  if (known !== undefined && (compareEntries(entry, known) < 0 || isSameEntry(entry, known))) return features;
  const history = trimHistory(insert(without(features.history, entry.pollId), entry, compareEntries));
  // Older than all that is kept: whether it came after a vote that is kept no more, nobody knows, so that vote stands.
  if (entry.kind === 'SKIP' && !history.includes(entry)) return features;
  return { ...features, history, voted: withVoted(features.voted, entry) };
}

function withVoted(voted: readonly PollId[], { kind, pollId }: HistoryEntry): readonly PollId[] {
  if (voted.includes(pollId) === (kind === 'VOTE')) return voted;
  return kind === 'VOTE' ? [...voted, pollId] : voted.filter((id) => id !== pollId);
}

function withDismissal(features: UserFeatures, event: InteractionEvent): UserFeatures {
  const { pollId, occurredAt } = event;
  const dismissal: Dismissal = { pollId, active: event.kind === 'DISMISS', occurredAt };
  const known = features.dismissals.find((other) => other.pollId === pollId);
  if (known !== undefined && known.occurredAt > occurredAt) return features;
  if (known?.occurredAt === occurredAt && known.active === dismissal.active) return features;
  return { ...features, dismissals: [...without(features.dismissals, pollId), dismissal] };
}

function withImpression(features: UserFeatures, { pollId, occurredAt }: ImpressionEvent): UserFeatures {
  const known = features.impressions.find((other) => other.pollId === pollId);
  if (known !== undefined && known.lastSeenAt >= occurredAt) return features;
  const lastAct = features.history.find((entry) => entry.pollId === pollId);
  if (lastAct !== undefined && lastAct.occurredAt >= occurredAt) return features;
  if (features.voted.includes(pollId)) return features;
  const impression = { pollId, count: (known?.count ?? 0) + 1, lastSeenAt: occurredAt };
  const impressions = trimImpressions(
    insert(without(features.impressions, pollId), impression, compareImpressions),
  );
  return { ...features, impressions };
}

/** Below zero where `a` comes before `b`; zero where only the order of arrival decides. */
export const compareEntries = (a: EntryTimes, b: EntryTimes): number =>
  a.occurredAt - b.occurredAt || a.recordedAt - b.recordedAt;

type EntryTimes = Pick<HistoryEntry, 'occurredAt' | 'recordedAt'>;

/** Below zero where `a` was seen before `b`. */
export const compareImpressions = (a: ImpressionCount, b: ImpressionCount): number =>
  a.lastSeenAt - b.lastSeenAt;

/** The newest HISTORY_LIMIT votes and skips, and every retraction; takes and gives oldest first. */
export function trimHistory(history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  if (history.length <= HISTORY_LIMIT) return history;
  let excess = history.filter((entry) => entry.kind !== 'RETRACTED').length - HISTORY_LIMIT;
  if (excess <= 0) return history;
  return history.filter((entry) => entry.kind === 'RETRACTED' || excess-- <= 0);
}

/** The newest IMPRESSION_LIMIT; takes and gives oldest first. */
export const trimImpressions = (impressions: readonly ImpressionCount[]): readonly ImpressionCount[] =>
  impressions.length <= IMPRESSION_LIMIT ? impressions : impressions.slice(-IMPRESSION_LIMIT);

const isSameEntry = (a: HistoryEntry, b: HistoryEntry): boolean =>
  compareEntries(a, b) === 0 && a.kind === b.kind && a.optionId === b.optionId;

function without<T extends { readonly pollId: PollId }>(items: readonly T[], pollId: PollId): readonly T[] {
  return items.filter((item) => item.pollId !== pollId);
}

/** Puts the item after all that do not come after it; nearly always that is the end. */
function insert<T>(items: readonly T[], item: T, compare: (a: T, b: T) => number): readonly T[] {
  const last = items.findLastIndex((other) => compare(other, item) <= 0);
  return items.toSpliced(last + 1, 0, item);
}

/**
 * The option whose vote the event takes the place of; null where none stood, or none is known: of votes that left the
 * history the option is not. A vote that is outdated, or follows on one that left the history, takes its own place, so
 * that counting it up and what it replaces down leaves the number of voters right.
 */
export function replacedVote(before: UserFeatures, event: PollEvent): OptionId | null {
  if (event.kind !== 'VOTE' && event.kind !== 'SKIP' && event.kind !== 'RETRACT_VOTE') return null;
  // The vote that an author's own poll began with was never counted.
  if (before.authored.includes(event.pollId)) return null;
  const known = before.history.find((entry) => entry.pollId === event.pollId);
  if (known !== undefined && compareEntries(event, known) >= 0) return known.optionId;
  const isCounted = known !== undefined || before.voted.includes(event.pollId);
  return event.kind === 'VOTE' && isCounted ? event.optionId : null;
}
