import { compareEntries, compareImpressions, trimHistory, trimImpressions } from './apply-event.js';
import type { Dismissal, HistoryEntry, ImpressionCount, UserFeatures } from './features.js';
import type { PollId } from './ids.js';

/**
 * What is known of two users as one, under the id of `into`: an anonymous visitor has signed in. On one poll the later
 * act holds, at the same time that of `into`. Of impressions the larger count is taken, not the sum, so that merging the
 * same facts a second time changes nothing. Interests are those of `into` where it has chosen any, else those of `from`: what
 * somebody tapped before signing in does not undo what the account has chosen. Affinities are those of `into` where it has any,
 * until the next flow.
 */
export function mergeFeatures(from: UserFeatures, into: UserFeatures): UserFeatures {
  const history = byPoll([...from.history, ...into.history], laterEntry).sort(compareEntries);
  const voted = standingVotes([...into.voted, ...from.voted], history);
  const impressions = byPoll([...from.impressions, ...into.impressions], joinImpressions)
    .filter((impression) => !voted.has(impression.pollId))
    .sort(compareImpressions);
  return {
    userId: into.userId,
    history: trimHistory(history),
    voted: [...voted],
    dismissals: byPoll([...from.dismissals, ...into.dismissals], laterDismissal),
    authored: union(into.authored, from.authored),
    impressions: trimImpressions(impressions),
    interests: hasChosen(into) ? into.interests : from.interests,
    affinities: into.affinities.length > 0 ? into.affinities : from.affinities,
    languages: union(into.languages, from.languages),
    updatedAt: Math.max(from.updatedAt, into.updatedAt),
  };
}

const hasChosen = ({ interests }: UserFeatures): boolean =>
  interests.topics.length > 0 || interests.languages.length > 0;

/** Where the history still holds an entry of a poll, that decides. */
function standingVotes(ids: readonly PollId[], history: readonly HistoryEntry[]): Set<PollId> {
  const voted = new Set(ids);
  for (const entry of history) {
    if (entry.kind === 'VOTE') voted.add(entry.pollId);
    else voted.delete(entry.pollId);
  }
  return voted;
}

function byPoll<T extends { readonly pollId: PollId }>(items: readonly T[], join: (a: T, b: T) => T): T[] {
  const joined = new Map<PollId, T>();
  for (const item of items) {
    const known = joined.get(item.pollId);
    joined.set(item.pollId, known === undefined ? item : join(known, item));
  }
  return [...joined.values()];
}

const laterEntry = (a: HistoryEntry, b: HistoryEntry): HistoryEntry => (compareEntries(b, a) >= 0 ? b : a);

const laterDismissal = (a: Dismissal, b: Dismissal): Dismissal => (b.occurredAt >= a.occurredAt ? b : a);

const joinImpressions = (a: ImpressionCount, b: ImpressionCount): ImpressionCount => ({
  pollId: a.pollId,
  count: Math.max(a.count, b.count),
  lastSeenAt: Math.max(a.lastSeenAt, b.lastSeenAt),
});

const union = <T>(a: readonly T[], b: readonly T[]): readonly T[] => [...new Set([...a, ...b])];
