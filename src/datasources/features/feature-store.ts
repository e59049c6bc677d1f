import type { PollEvent } from '../../domain/event.js';
import type { UserFeatures } from '../../domain/features.js';
import type { EventId, OptionId, UserId } from '../../domain/ids.js';
import type { Millis } from '../../domain/time.js';

/**
 * What became of one event. `replaced`: the user's vote on that poll that the event takes the place of, as `replacedVote`
 * says; null where there was none. `votedBefore`: how many other polls the user had voted on by then. DUPLICATE also answers
 * what changes nothing because its user was erased since.
 */
export type ApplyOutcome =
  | { readonly status: 'APPLIED'; readonly replaced: OptionId | null; readonly votedBefore: number }
  | {
      readonly status: 'DUPLICATE';
      readonly replaced: OptionId | null;
      readonly votedBefore: number;
      /** The very same recording, brought again; false for one that a client sent twice. */
      readonly again: boolean;
    };

/** What a flow computed for one user from all clean events recorded up to `through`. */
export interface IndexedUser {
  readonly features: UserFeatures;
}

/**
 * What is known of each user. Reads see every write that has been answered; impressions alone may be held back for a while,
 * and until then only the instance that took them in sees them. A store that is away rejects with
 * UnavailableError; nothing is half-applied.
 */
export interface FeatureStore {
  /** The features in the order asked for, in one call to the store; null where nothing is known. */
  get(userIds: readonly UserId[]): Promise<(UserFeatures | null)[]>;

  /**
   * Takes events in, in order; the outcome of each, by its place. Applying is idempotent by event id (remembered for at
   * least 7 days, or as long as the user's next 10,000 events take) and concurrent events of one user are all kept.
   */
  apply(events: readonly PollEvent[]): Promise<ApplyOutcome[]>;

  /** Replaces the chosen topics and languages. The same change again changes nothing, also after a later one. */
  setInterests(
    userId: UserId,
    interests: { readonly topics: readonly string[]; readonly languages: readonly string[] },
    change: { readonly at: Millis; readonly changeId: EventId },
  ): Promise<UserFeatures>;

  /**
   * What is known of `from` becomes `into`'s, later events winning; `from` is gone. Null where neither is known. Events of
   * `from` recorded before `at` that arrive later go to `into`; those recorded later are a new user's.
   */
  merge(from: UserId, into: UserId, at: Millis): Promise<UserFeatures | null>;

  /** Erases the user. Events of the user recorded before `at` that arrive later are dropped. Done again, it changes nothing. */
  forget(userId: UserId, at: Millis): Promise<void>;

  /**
   * The daily indexing: replaces what is known of each user by what a flow computed from events up to `through`, then
   * applies again what was recorded later (and, since events may reach the warehouse late, in the 48 hours before).
   * Users forgotten or merged away since then are left out: what they did later is in the store already.
   */
  index(users: readonly IndexedUser[], through: Millis): Promise<void>;

  /** Some user ids, for pages and benchmarks; no order. */
  sample(limit: number): Promise<UserId[]>;

  /** Writes what was held back; resolves when all that was answered so far outlives this process. */
  flush(): Promise<void>;

  /** Rejects where the store does not answer. */
  ping(): Promise<void>;
  /** Flushes first. */
  close(): Promise<void>;
}
