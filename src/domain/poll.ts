import type { OptionId, PollId, UserId } from './ids.js';
import type { Millis } from './time.js';

export const POLL_STATUSES = ['OPEN', 'CLOSED', 'HIDDEN', 'REMOVED'] as const;

/** HIDDEN: taken out by moderation, may come back. Only OPEN polls are recommended, listed or found. */
export type PollStatus = (typeof POLL_STATUSES)[number];

/** The most options a poll may have: the models number them by a byte, and a poll with more is a form. */
export const MAX_OPTIONS = 255;

export interface PollOption {
  readonly id: OptionId;
  readonly label: string;
}

/** A question with 2 to MAX_OPTIONS options that users vote on. */
export interface Poll {
  readonly id: PollId;
  /** May be empty: some exports hold polls without a text. */
  readonly question: string;
  readonly options: readonly PollOption[];
  /** Every topic the poll belongs to; may be empty. */
  readonly topics: readonly string[];
  /** BCP 47 tag, such as `en` or `zh-TW`; null where unknown. */
  readonly language: string | null;
  readonly authorId: UserId | null;
  readonly createdAt: Millis;
  readonly closesAt: Millis | null;
  readonly status: PollStatus;
}

/** Whether votes are taken and the poll may be recommended at `now`. */
export const isOpen = (poll: Poll, now: Millis): boolean =>
  poll.status === 'OPEN' && (poll.closesAt === null || poll.closesAt > now);

/** The option of that id, or null where the poll has none. */
export const findOption = (poll: Poll, id: OptionId): PollOption | null =>
  poll.options.find((option) => option.id === id) ?? null;
