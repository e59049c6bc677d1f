import type { InteractionKind } from '../domain/event.js';
import type { UserFeatures } from '../domain/features.js';
import type { EventId, OptionId, PollId, UserId } from '../domain/ids.js';
import type { Poll, PollStatus } from '../domain/poll.js';
import type { Millis } from '../domain/time.js';

export const REJECTION_CODES = [
  'UNKNOWN_POLL',
  'UNKNOWN_OPTION',
  'POLL_CLOSED',
  'INVALID',
  'FORBIDDEN',
  'TOO_OLD',
  'IN_FUTURE',
] as const;
export type RejectionCode = (typeof REJECTION_CODES)[number];

export interface RejectedEvent {
  readonly index: number;
  readonly code: RejectionCode;
  readonly message: string;
}

/** One bad event does not lose the good ones. */
export interface RecordSummary {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly RejectedEvent[];
}

interface EventInput {
  readonly userId: UserId;
  readonly pollId: PollId;
  readonly eventId: EventId | null;
  /** Null: now. */
  readonly at: Millis | null;
  readonly recommendationId: string | null;
}
export interface VoteInput extends EventInput {
  readonly optionId: OptionId;
}
export interface ImpressionInput extends EventInput {
  readonly position: number | null;
}
export interface InteractionInput extends EventInput {
  readonly kind: InteractionKind;
}

/** An input that the edge has already refused (naming another user, a malformed id), kept in its place. */
export type OrRejected<T> =
  | T
  | { readonly rejected: { readonly code: RejectionCode; readonly message: string } };

export interface Interests {
  readonly topics: readonly string[];
  readonly languages: readonly string[];
}

/** Takes in what users and the app do. What is counted as accepted is on disk, and in the features when the store is up. */
export interface Recorder {
  recordVotes(votes: readonly OrRejected<VoteInput>[]): Promise<RecordSummary>;
  recordImpressions(impressions: readonly OrRejected<ImpressionInput>[]): Promise<RecordSummary>;
  recordInteractions(interactions: readonly OrRejected<InteractionInput>[]): Promise<RecordSummary>;
  setInterests(userId: UserId, interests: Interests): Promise<UserFeatures>;
  mergeUsers(from: UserId, into: UserId): Promise<UserFeatures | null>;
  /** When the service stopped knowing the user. */
  forgetUser(userId: UserId): Promise<Millis>;
  upsertPolls(polls: readonly OrRejected<Poll>[]): Promise<RecordSummary>;
  /** Rejects with NOT_FOUND. */
  setPollStatus(id: PollId, status: PollStatus): Promise<Poll>;
}
