import { formatToken } from './history.js';
import type { OptionId, PollId, UserId } from './ids.js';
import type { Millis } from './time.js';

/** The newest votes and skips that a request sends to the model. */
export const HISTORY_LIMIT = 200;
/** Polls shown and not voted on that are remembered, newest first to stay. */
export const IMPRESSION_LIMIT = 500;

/** The last thing the user did with one poll. RETRACTED is kept, so that an older vote arriving late does not revive. */
export interface HistoryEntry {
  readonly pollId: PollId;
  readonly kind: 'VOTE' | 'SKIP' | 'RETRACTED';
  /** Null unless `kind` is VOTE. */
  readonly optionId: OptionId | null;
  readonly occurredAt: Millis;
  readonly recordedAt: Millis;
}

export interface Dismissal {
  readonly pollId: PollId;
  /** False after UNDO_DISMISS; kept, so that an older DISMISS arriving late does not hold. */
  readonly active: boolean;
  readonly occurredAt: Millis;
}

export interface ImpressionCount {
  readonly pollId: PollId;
  readonly count: number;
  readonly lastSeenAt: Millis;
}

export interface TopicAffinity {
  readonly topic: string;
  /** Share of the user's votes and interests that fall on the topic, 0 to 1. */
  readonly weight: number;
}

/** What is known of a user: facts, not a vector of some model. Exists from the first vote or interest on. */
export interface UserFeatures {
  readonly userId: UserId;
  /** Newest last, one entry a poll, at most HISTORY_LIMIT votes and skips (RETRACTED entries beside them). */
  readonly history: readonly HistoryEntry[];
  /** Every poll with a vote that stands, of any age. */
  readonly voted: readonly PollId[];
  readonly dismissals: readonly Dismissal[];
  /** Every poll the user wrote, as far as the daily flow has seen them. */
  readonly authored: readonly PollId[];
  readonly impressions: readonly ImpressionCount[];
  readonly interests: { readonly topics: readonly string[]; readonly languages: readonly string[] };
  /** Heaviest first. */
  readonly affinities: readonly TopicAffinity[];
  readonly languages: readonly string[];
  readonly updatedAt: Millis;
}

/** A user of whom nothing is known yet. */
export const emptyFeatures = (userId: UserId, now: Millis): UserFeatures => ({
  userId,
  history: [],
  voted: [],
  dismissals: [],
  authored: [],
  impressions: [],
  interests: { topics: [], languages: [] },
  affinities: [],
  languages: [],
  updatedAt: now,
});

/** Whether there is something a model can use: a vote, a skip or an interest. Impressions alone are not. */
export const hasSignal = (features: UserFeatures): boolean =>
  features.history.some((entry) => entry.kind !== 'RETRACTED' && !features.authored.includes(entry.pollId)) ||
  features.interests.topics.length > 0 ||
  features.interests.languages.length > 0;

/**
 * The history as model tokens, newest last: votes and skips, then chosen topics and languages. What users did with their own polls
 * expresses no taste and is left out.
 */
export function historyTokens(features: UserFeatures): string[] {
  const tokens: string[] = [];
  const authored = new Set(features.authored);
  for (const entry of features.history) {
    if (authored.has(entry.pollId)) continue;
    if (entry.kind === 'VOTE' && entry.optionId !== null) {
      tokens.push(formatToken({ kind: 'VOTE', pollId: entry.pollId, optionId: entry.optionId }));
    } else if (entry.kind === 'SKIP') {
      tokens.push(formatToken({ kind: 'SKIP', pollId: entry.pollId }));
    }
  }
  for (const topic of features.interests.topics) tokens.push(formatToken({ kind: 'TOPIC', topic }));
  for (const language of features.interests.languages)
    tokens.push(formatToken({ kind: 'LANGUAGE', language }));
  return tokens;
}

/** Polls that must never be shown to the user again: voted, dismissed or written. */
export function neverAgain(features: UserFeatures): Set<PollId> {
  const ids = new Set<PollId>(features.voted);
  for (const dismissal of features.dismissals) if (dismissal.active) ids.add(dismissal.pollId);
  for (const id of features.authored) ids.add(id);
  return ids;
}
