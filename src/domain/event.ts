import type { EventId, OptionId, PollId, UserId } from './ids.js';
import type { Millis } from './time.js';

export const EVENT_KINDS = ['VOTE', 'IMPRESSION', 'SKIP', 'DISMISS', 'UNDO_DISMISS', 'RETRACT_VOTE'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];
export type InteractionKind = Exclude<EventKind, 'VOTE' | 'IMPRESSION'>;

/** What every event tells, whatever was done. */
export interface EventBase {
  /** The caller's own id; the same id twice counts once, for ever. */
  readonly eventId: EventId;
  readonly userId: UserId;
  readonly pollId: PollId;
  /** When the user did it. */
  readonly occurredAt: Millis;
  /** When this service took it in. */
  readonly recordedAt: Millis;
  /** The answer that led to it, as the caller names it; credited to that answer. */
  readonly recommendationId: string | null;
}

export interface VoteEvent extends EventBase {
  readonly kind: 'VOTE';
  readonly optionId: OptionId;
  /** True for the vote that posting a poll writes for its author: no expression of taste. */
  readonly isAuthor: boolean;
}

export interface ImpressionEvent extends EventBase {
  readonly kind: 'IMPRESSION';
  /** Place in the list, from 0; null where unknown. */
  readonly position: number | null;
}

export interface InteractionEvent extends EventBase {
  readonly kind: InteractionKind;
}

/**
 * What a user did with a poll. Of the votes, skips and retractions of one user on one poll the last one holds,
 * ordered by `occurredAt`, then `recordedAt`, then order of arrival.
 */
export type PollEvent = VoteEvent | ImpressionEvent | InteractionEvent;

interface UserChangeBase {
  readonly changeId: EventId;
  readonly userId: UserId;
  readonly occurredAt: Millis;
}

/** The longest chain of users merged into one another that is followed. */
export const MERGE_LIMIT = 16;

/** What changes a user as a whole: erased for ever, merged into another, or interests chosen at sign-up. */
export type UserChange =
  | (UserChangeBase & { readonly kind: 'ERASE' })
  | (UserChangeBase & { readonly kind: 'MERGE'; readonly into: UserId })
  | (UserChangeBase & {
      readonly kind: 'INTERESTS';
      readonly topics: readonly string[];
      readonly languages: readonly string[];
    });
