import { createHash } from 'node:crypto';
import type { UserFeatures } from '../../domain/features.js';
import type { OptionId, UserId } from '../../domain/ids.js';
import { DAY, type Millis } from '../../domain/time.js';
import { encodeChange, type RecentChange, type StoredChange } from './recent-change.js';
import type { StoredFeatures } from './stored-features.js';

/** How long ids of events are remembered. */
const SEEN_FOR: Millis = 7 * DAY;
/**
 * Of one user: a program that votes on and on must not make the document, which is read and written as a whole, ever larger. An
 * event that comes again after so many others is found to be known by its times, too.
 */
const MOST_SEEN = 10_000;
/** Changes that no flow has taken up for so long are dropped: those of users whom no flow ever sees would pile up. */
const RECENT_FOR: Millis = 30 * DAY;

/**
 * Since when the id is no longer the user's, and who took it over; null where the user was erased. Of one that was taken over,
 * when a former user of the id was erased.
 */
export type Departure = readonly [at: Millis, into: UserId | null, erasedAt?: Millis];

/** An event or a change of interests that was taken in; which vote it replaced, and on how many other polls the user had voted. */
export type SeenChange = readonly [
  key: string,
  seenAt: Millis,
  recordedAt: Millis,
  votedBefore: number,
  replaced: OptionId | null,
];

/** What a user who was merged into another leaves to that one, kept until it has arrived there. */
export type Leaving = readonly [at: Millis, into: UserId, features: StoredFeatures];

/** All that the store holds of one user. */
export interface UserState {
  readonly userId: UserId;
  readonly features: UserFeatures | null;
  /** What later indexings make again, in the order of arrival. */
  readonly recent: readonly StoredChange[];
  readonly seen: readonly SeenChange[];
  readonly departed: Departure | null;
  readonly leaving: Leaving | null;
}

/** What becomes of a user's state, and what the caller learns. The same object as before where nothing changes. */
export interface Changed<T> {
  readonly after: UserState;
  readonly result: T;
}

export type Transition<T> = (before: UserState) => Changed<T>;

export const unknownUser = (userId: UserId): UserState => ({
  userId,
  features: null,
  recent: [],
  seen: [],
  departed: null,
  leaving: null,
});

/** A short form of an id: among the few thousand of one user no two are alike. */
export const seenKey = (id: string): string =>
  createHash('sha256').update(id).digest('base64url').slice(0, 16);

export const findSeen = (state: UserState, key: string): SeenChange | undefined =>
  state.seen.find(([other]) => other === key);

/** The state with what was seen added, and what is old enough left out. */
export function withSeen(state: UserState, added: readonly SeenChange[], now: Millis): UserState {
  const oldest = now - SEEN_FOR;
  const seen = [...state.seen.filter(([, seenAt]) => seenAt >= oldest), ...added];
  return { ...state, seen: seen.slice(-MOST_SEEN) };
}

export function withRecent(state: UserState, changes: readonly RecentChange[]): UserState {
  const recent = [...state.recent, ...changes.map(encodeChange)];
  const newest = recent.reduce((latest, [at]) => Math.max(latest, at), 0);
  return { ...state, recent: recent.filter(([at]) => at > newest - RECENT_FOR) };
}

/** When the latest user of the id who was erased was; null where none was. */
export const erasureOf = (departed: Departure | null): Millis | null => {
  if (departed === null) return null;
  const [at, into, erasedAt = null] = departed;
  return into === null ? at : erasedAt;
};

/** How a user departs who is merged into another. */
export function mergedInto(into: UserId, at: Millis, before: Departure | null): Departure {
  const erasedAt = erasureOf(before);
  return erasedAt === null ? [at, into] : [at, into, erasedAt];
}

/** Whether the user was erased or merged at that time or later. */
export const hasDeparted = ({ departed }: UserState, at: Millis): boolean =>
  departed !== null && departed[0] >= at;
