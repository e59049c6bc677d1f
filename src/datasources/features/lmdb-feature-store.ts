import { join } from 'node:path';
import type { Database } from 'lmdb';
import { applyEvent, replacedVote } from '../../domain/apply-event.js';
import { chooseInterests, type Interests } from '../../domain/choose-interests.js';
import type { PollEvent } from '../../domain/event.js';
import { emptyFeatures, hasSignal, type UserFeatures } from '../../domain/features.js';
import type { EventId, OptionId, UserId } from '../../domain/ids.js';
import { mergeFeatures } from '../../domain/merge-features.js';
import { type Clock, DAY, HOUR, type Millis } from '../../domain/time.js';
import { LmdbEnvironment } from '../../platform/lmdb-environment.js';
import { countOthersVoted } from './count-others-voted.js';
import type { ApplyOutcome, FeatureStore, IndexedUser } from './feature-store.js';
import { encodeChange, type RecentChange, replay, type StoredChange } from './recent-change.js';
import { decodeFeatures, encodeFeatures, type StoredFeatures } from './stored-features.js';
import { type Departure, erasureOf, mergedInto } from './user-state.js';

/** How long ids of events are remembered. */
const SEEN_FOR: Millis = 7 * DAY;
/** Changes recorded so long before a run's watermark may have reached the warehouse after the run has read it. */
const OVERLAP: Millis = 48 * HOUR;
/** What one transaction changes: writers of other processes wait meanwhile. */
const USERS_PER_TRANSACTION = 250;
const KEYS_PER_SWEEP = 5_000;

type RecentKey = [UserId, number];
/** When an event or a change of interests was taken in, which vote it replaced, and on how many other polls the user had voted. */
type SeenChange = readonly [
  seenAt: Millis,
  replaced: OptionId | null,
  recordedAt: Millis,
  votedBefore?: number,
];

export interface LmdbFeatureStoreOptions {
  /** The users are kept in its sub-folder `users`. */
  readonly folder: string;
  readonly clock: Clock;
}

/**
 * Features in LMDB. A document holds the present state, ready to read; beside it stand the changes since the last
 * indexing, to be made again on top of the next. LMDB runs one write at a time over all processes, so reading, changing and
 * writing a user is one transaction and loses nothing.
 *
 * A user that was merged into another is gone: what was recorded of it before goes to the other, what is recorded later is
 * its own again.
 */
export class LmdbFeatureStore implements FeatureStore {
  readonly #environment: LmdbEnvironment;
  readonly #clock: Clock;
  readonly #users: Database<StoredFeatures, UserId>;
  readonly #recent: Database<StoredChange, RecentKey>;
  readonly #departed: Database<Departure, UserId>;
  readonly #seen: Database<SeenChange, EventId>;
  readonly #counters: Database<number, 'changes'>;
  #sweptThrough: Millis | null = null;

  private constructor(environment: LmdbEnvironment, clock: Clock) {
    this.#environment = environment;
    this.#clock = clock;
    this.#users = environment.database('users');
    this.#recent = environment.database('recent');
    this.#departed = environment.database('departed');
    this.#seen = environment.database('seen');
    this.#counters = environment.database('counters');
  }

  static async open({ folder, clock }: LmdbFeatureStoreOptions): Promise<LmdbFeatureStore> {
    return new LmdbFeatureStore(await LmdbEnvironment.open(join(folder, 'users')), clock);
  }

  async get(userIds: readonly UserId[]): Promise<(UserFeatures | null)[]> {
    return this.#environment.read(() => userIds.map((id) => this.#load(id)));
  }

  async apply(events: readonly PollEvent[]): Promise<ApplyOutcome[]> {
    if (events.length === 0) return [];
    return this.#environment.write(() => {
      const now = this.#clock();
      const changed = new Map<UserId, UserFeatures>();
      const outcomes = events.map((event): ApplyOutcome => {
        const seen = this.#seen.get(event.eventId);
        if (seen !== undefined) {
          const [, replaced, recordedAt, votedBefore = 0] = seen;
          return { status: 'DUPLICATE', replaced, votedBefore, again: recordedAt === event.recordedAt };
        }
        const owner = this.#ownerOf(event);
        if (owner === null) return { status: 'DUPLICATE', replaced: null, votedBefore: 0, again: false };
        const before = changed.get(owner) ?? this.#load(owner) ?? emptyFeatures(owner, event.recordedAt);
        changed.set(owner, applyEvent(before, event));
        this.#remember(owner, { kind: 'EVENT', event });
        const replaced = replacedVote(before, event);
        const votedBefore = countOthersVoted(before, event.pollId);
        this.#seen.put(event.eventId, [now, replaced, event.recordedAt, votedBefore]);
        return { status: 'APPLIED', replaced, votedBefore };
      });
      for (const features of changed.values()) this.#save(features);
      return outcomes;
    });
  }

  async setInterests(
    id: UserId,
    interests: Interests,
    { at, changeId }: { readonly at: Millis; readonly changeId: EventId },
  ): Promise<UserFeatures> {
    return this.#environment.write(() => {
      const owner = this.#owner(id, at);
      if (this.#seen.doesExist(changeId)) return this.#load(owner ?? id) ?? emptyFeatures(id, at);
      this.#seen.put(changeId, [this.#clock(), null, at]);
      const features = chooseInterests(this.#load(owner ?? id) ?? emptyFeatures(id, at), interests, at);
      if (owner !== null) {
        this.#save(features);
        this.#remember(owner, { kind: 'INTERESTS', interests: features.interests, at });
      }
      return features;
    });
  }

  async merge(from: UserId, into: UserId, at: Millis): Promise<UserFeatures | null> {
    return this.#environment.write(() => {
      const target = this.#load(into);
      // Done before, by the relay or the request: what `from` has got since is its own.
      if (from === into || this.#hasDeparted(from, at)) return target;
      const source = this.#load(from);
      this.#remove(from);
      this.#departed.put(from, mergedInto(into, at, this.#departed.get(from) ?? null));
      if (source === null) return target;
      const merged = mergeFeatures(source, target ?? emptyFeatures(into, source.updatedAt));
      this.#save(merged);
      this.#remember(into, { kind: 'MERGE', from: source, at });
      return merged;
    });
  }

  async forget(id: UserId, at: Millis): Promise<void> {
    await this.#environment.write(() => {
      if (this.#hasDeparted(id, at)) return;
      this.#remove(id);
      this.#departed.put(id, [at, null]);
    });
  }

  async index(users: readonly IndexedUser[], through: Millis): Promise<void> {
    for (let start = 0; start < users.length; start += USERS_PER_TRANSACTION) {
      const part = users.slice(start, start + USERS_PER_TRANSACTION);
      await this.#environment.write(() => {
        for (const { features } of part) this.#replace(features, through);
      });
    }
    if (this.#sweptThrough !== through) await this.#sweep(through);
    this.#sweptThrough = through;
  }

  async sample(limit: number): Promise<UserId[]> {
    return this.#environment.read(() => {
      const ids: UserId[] = [];
      for (const { key, value } of this.#users.getRange()) {
        if (ids.length >= limit) break;
        if (hasSignal(decodeFeatures(key, value))) ids.push(key);
      }
      return ids;
    });
  }

  /** Nothing is ever held back. */
  async flush(): Promise<void> {}

  async ping(): Promise<void> {
    this.#environment.read(() => this.#counters.get('changes'));
  }

  async close(): Promise<void> {
    await this.#environment.close();
  }

  #load(id: UserId): UserFeatures | null {
    const stored = this.#users.get(id);
    return stored === undefined ? null : decodeFeatures(id, stored);
  }

  #save(features: UserFeatures): void {
    this.#users.put(features.userId, encodeFeatures(features));
  }

  #remember(id: UserId, change: RecentChange): void {
    const place = (this.#counters.get('changes') ?? 0) + 1;
    this.#counters.put('changes', place);
    this.#recent.put([id, place], encodeChange(change));
  }

  #recentOf(id: UserId): { key: RecentKey; value: StoredChange }[] {
    return [...this.#recent.getRange({ start: [id, 0], end: [id, Number.POSITIVE_INFINITY] })];
  }

  #remove(id: UserId): void {
    this.#users.remove(id);
    for (const { key } of this.#recentOf(id)) this.#recent.remove(key);
  }

  /** Whether the user was erased or merged at that time or later. */
  #hasDeparted(id: UserId, at: Millis): boolean {
    const departure = this.#departed.get(id);
    return departure !== undefined && departure[0] >= at;
  }

  /**
   * Whose event that is by now; null where that user was erased since. What was done before an erasure is erased with the user,
   * however late it is recorded.
   */
  #ownerOf({ userId, occurredAt, recordedAt }: PollEvent): UserId | null {
    const erasedAt = erasureOf(this.#departed.get(userId) ?? null);
    if (erasedAt !== null && occurredAt <= erasedAt) return null;
    return this.#owner(userId, recordedAt);
  }

  /** Whose something recorded of the user at that time is by now; null where that user was erased since. */
  #owner(id: UserId, recordedAt: Millis): UserId | null {
    let owner = id;
    let since = recordedAt;
    for (;;) {
      const departure = this.#departed.get(owner);
      // Each step goes on in time, so that users merged back and forth do not lead in a circle.
      if (departure === undefined || departure[0] <= since) return owner;
      const [at, into] = departure;
      if (into === null) return null;
      owner = into;
      since = at;
    }
  }

  #replace(features: UserFeatures, through: Millis): void {
    const departure = this.#departed.get(features.userId);
    // Long after, too, what was computed from votes given before is of the user who is gone.
    if (departure !== undefined && (departure[0] > through - OVERLAP || features.updatedAt <= departure[0]))
      return;
    let current = features;
    for (const { key, value } of this.#recentOf(features.userId)) {
      if (value[0] <= through - OVERLAP) this.#recent.remove(key);
      else current = replay(current, value);
    }
    this.#save(current);
  }

  /** Drops what no later indexing will need of users that no flow has seen, and ids of events that are old enough. */
  async #sweep(through: Millis): Promise<void> {
    await this.#removeWhere(this.#recent, ([recordedAt]) => recordedAt <= through - OVERLAP);
    const oldest = this.#clock() - SEEN_FOR;
    await this.#removeWhere(this.#seen, ([seenAt]) => seenAt < oldest);
  }

  async #removeWhere<Value, KeyOf extends EventId | RecentKey>(
    database: Database<Value, KeyOf>,
    isOld: (value: Value) => boolean,
  ): Promise<void> {
    let after: KeyOf | null = null;
    do {
      const part = this.#environment.read(() => [
        ...database.getRange({
          ...(after === null ? {} : { start: after, exclusiveStart: true }),
          limit: KEYS_PER_SWEEP,
        }),
      ]);
      const old = part.filter(({ value }) => isOld(value));
      if (old.length > 0) {
        await this.#environment.write(() => {
          for (const { key } of old) database.remove(key);
        });
      }
      after = part.length < KEYS_PER_SWEEP ? null : (part.at(-1)?.key ?? null);
    } while (after !== null);
  }
}
