import { UnavailableError } from '../../domain/errors.js';
import type { PollEvent } from '../../domain/event.js';
import type { UserFeatures } from '../../domain/features.js';
import { type EventId, type UserId, userId } from '../../domain/ids.js';
import type { Clock, Millis } from '../../domain/time.js';
import {
  type ElasticsearchClient,
  JOB_TIMEOUT_MS,
  REQUEST_TIMEOUT_MS,
} from '../../platform/elasticsearch/connection.js';
import { explained } from '../../platform/elasticsearch/explained.js';
import { aliasOf, ensureIndex } from '../../platform/elasticsearch/indices.js';
import type { ApplyOutcome, FeatureStore, IndexedUser } from './feature-store.js';
import { HeldImpressions } from './held-impressions.js';
import { decodeUser, readDocuments, type UserDocument } from './user-document.js';
import type { Leaving, UserState } from './user-state.js';
import {
  type AppliedEvents,
  applyEvents,
  applyInterests,
  beginMerge,
  endMerge,
  forgetUser,
  type PlacedEvent,
  replaceFeatures,
  takeOver,
} from './user-transitions.js';
import { UserWrites } from './user-writes.js';

/** Our name of the index and of its template. */
const USERS = 'users';
/** All that a change of a user may look at. */
const WHOLE = ['features', 'recent', 'seen', 'departed', 'leaving'] as const satisfies (keyof UserDocument)[];
/** An indexing replaces the features, and need not read them. */
const WITHOUT_FEATURES = ['recent', 'seen', 'departed', 'leaving'] as const satisfies (keyof UserDocument)[];
/** A vote waits for one node no longer than this; the outbox has it, and brings it again. */
const WRITE_TIMEOUT_MS = 2_000;
const WRITE_RETRIES = 2;
const JOB_RETRIES = 6;
/** What is handed on at a time: promises for all users of a large call would fill the memory. */
const USERS_AT_A_TIME = 2_000;
const MOST_SAMPLED = 10_000;

export interface ElasticsearchFeatureStoreOptions {
  /** Stays open when the store is closed. */
  readonly client: ElasticsearchClient;
  readonly prefix: string;
  readonly clock: Clock;
  readonly random: () => number;
  /** Hears of impressions that could not be written in the background; they stay held, and are tried again. */
  readonly onError: (error: unknown) => void;
  /** Hears that the index has to be built anew by `hunch reindex`; it serves as it is until then. */
  readonly onOutdated?: (error: unknown) => void;
}

/**
 * Features in Elasticsearch, one document a user: the present state, ready to read, and beside it the changes since the last
 * indexing, the ids of events seen, and since when the user is gone. A document is only written where it is still as it was
 * read, so concurrent writers lose nothing. Reads are by id, and see every answered write at once.
 *
 * Impressions alone wait for others of the same user, up to two seconds, and are written together or with the next vote.
 *
 * A merge touches two documents: what the one user leaves is first set aside in its own document, then taken over by the other,
 * then cleared. Where that is cut off, the same merge called again goes on.
 */
export class ElasticsearchFeatureStore implements FeatureStore {
  readonly #options: ElasticsearchFeatureStoreOptions;
  readonly #index: string;
  readonly #writes: UserWrites;
  readonly #indexing: UserWrites;
  readonly #held: HeldImpressions;
  #ready: Promise<unknown> | null = null;
  #isClosed = false;

  private constructor(options: ElasticsearchFeatureStoreOptions) {
    const { client, random } = options;
    this.#options = options;
    this.#index = aliasOf({ prefix: options.prefix, name: USERS });
    const shared = { client, index: this.#index, random };
    this.#writes = new UserWrites({
      ...shared,
      fields: WHOLE,
      timeoutMs: WRITE_TIMEOUT_MS,
      retries: WRITE_RETRIES,
    });
    this.#indexing = new UserWrites({
      ...shared,
      fields: WITHOUT_FEATURES,
      timeoutMs: JOB_TIMEOUT_MS,
      retries: JOB_RETRIES,
    });
    this.#held = new HeldImpressions((userId) => {
      this.#writeHeld(userId).catch(options.onError);
    });
  }

  /** Makes the index where it is missing. Where no node answers it opens all the same, and does so before the first use. */
  static async open(options: ElasticsearchFeatureStoreOptions): Promise<ElasticsearchFeatureStore> {
    const store = new ElasticsearchFeatureStore(options);
    try {
      await store.#open();
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      options.onError(error);
    }
    return store;
  }

  async get(userIds: readonly UserId[]): Promise<(UserFeatures | null)[]> {
    await this.#open();
    const states = await this.#read(userIds, ['features', 'departed']);
    return states.map((state) => this.#withHeld(state).features);
  }

  async apply(events: readonly PollEvent[]): Promise<ApplyOutcome[]> {
    if (events.length === 0) return [];
    await this.#open();
    const byUser = new Map<UserId, PlacedEvent[]>();
    events.forEach((event, place) => {
      const placed = { event, place, since: event.recordedAt };
      const others = byUser.get(event.userId);
      if (others === undefined) byUser.set(event.userId, [placed]);
      else others.push(placed);
    });
    const outcomes: ApplyOutcome[] = new Array(events.length);
    const waiting: UserId[] = [];
    const work: Promise<void>[] = [];
    for (const [userId, placed] of byUser) {
      if (placed.every(({ event }) => event.kind === 'IMPRESSION')) waiting.push(userId);
      else work.push(this.#applyTo(userId, placed, outcomes));
    }
    work.push(this.#hold(waiting, byUser, outcomes));
    await allDone(work);
    return outcomes;
  }

  async setInterests(
    userId: UserId,
    interests: { readonly topics: readonly string[]; readonly languages: readonly string[] },
    { at, changeId }: { readonly at: Millis; readonly changeId: EventId },
  ): Promise<UserFeatures> {
    await this.#open();
    const now = this.#options.clock();
    let owner = { into: userId, since: at };
    for (;;) {
      const change = applyInterests({ interests, at, changeId, since: owner.since, now });
      const outcome = await this.#writes.change(owner.into, change);
      if ('features' in outcome) return outcome.features;
      owner = outcome;
    }
  }

  async merge(from: UserId, into: UserId, at: Millis): Promise<UserFeatures | null> {
    await this.#open();
    if (from !== into) {
      await this.#writeHeld(from);
      for (let isBegun = false; !isBegun; ) {
        const begun = await this.#writes.change(from, beginMerge(into, at));
        if (begun.leaving !== null) await this.#bringOver(from, begun.leaving);
        isBegun = begun.isBegun;
      }
    }
    const [merged = null] = await this.get([into]);
    return merged;
  }

  async forget(userId: UserId, at: Millis): Promise<void> {
    await this.#open();
    await this.#writes.change(userId, forgetUser(at));
  }

  async index(users: readonly IndexedUser[], through: Millis): Promise<void> {
    await this.#open();
    const now = this.#options.clock();
    for (let start = 0; start < users.length; start += USERS_AT_A_TIME) {
      const part = users.slice(start, start + USERS_AT_A_TIME);
      await allDone(
        part.map(({ features }) =>
          this.#indexing.change(features.userId, replaceFeatures(features, through, now)),
        ),
      );
    }
  }

  async sample(limit: number): Promise<UserId[]> {
    await this.#open();
    const { client } = this.#options;
    try {
      await client.indices.refresh({ index: this.#index });
      const { hits } = await client.search<UserDocument>({
        index: this.#index,
        query: { term: { has_signal: true } },
        size: Math.min(limit, MOST_SAMPLED),
        _source: ['user_id'],
      });
      return hits.hits.flatMap(({ _source }) => _source?.user_id ?? []);
    } catch (error) {
      throw explained(error, `find some users in ${this.#index}`);
    }
  }

  async flush(): Promise<void> {
    await this.#open();
    await allDone(this.#held.users().map((userId) => this.#writeHeld(userId)));
  }

  async ping(): Promise<void> {
    await this.#open();
    await this.#read([userId('ping')], ['user_id']);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    try {
      if (this.#held.users().length > 0) await this.flush();
    } finally {
      this.#isClosed = true;
    }
  }

  async #open(): Promise<void> {
    if (this.#isClosed) throw new UnavailableError(`The store of features in ${this.#index} is closed.`);
    const { client, prefix, clock, onOutdated } = this.#options;
    this.#ready ??= ensureIndex(client, { prefix, name: USERS, clock, onOutdated }).catch(
      (error: unknown) => {
        this.#ready = null;
        throw error;
      },
    );
    await this.#ready;
  }

  async #read(userIds: readonly UserId[], fields: readonly (keyof UserDocument)[]): Promise<UserState[]> {
    const { client } = this.#options;
    const read = await readDocuments(client, userIds, {
      index: this.#index,
      fields,
      timeoutMs: REQUEST_TIMEOUT_MS,
    });
    return userIds.map((userId, place) => decodeUser(userId, read[place]?.document ?? null));
  }

  #withHeld(state: UserState): UserState {
    return applyEvents(state, this.#held.of(state.userId).map(placedNowhere), this.#options.clock()).after;
  }

  /** Writes the events, and those of the user that are held; fills in their outcomes. */
  async #applyTo(userId: UserId, events: readonly PlacedEvent[], outcomes: ApplyOutcome[]): Promise<void> {
    const now = this.#options.clock();
    const { applied, held } = await this.#writes.change(userId, (before) => {
      const waiting = this.#held.of(userId);
      const { after, result } = applyEvents(before, [...waiting.map(placedNowhere), ...events], now);
      return { after, result: { applied: result, held: waiting } };
    });
    tell(outcomes, applied);
    const byOwner = new Map<UserId, PlacedEvent[]>();
    for (const { into, event } of applied.moved) byOwner.set(into, [...(byOwner.get(into) ?? []), event]);
    await allDone([...byOwner].map(([owner, moved]) => this.#applyTo(owner, moved, outcomes)));
    this.#held.written(userId, held);
  }

  /** Takes impressions in without writing them. Their outcome is told from what is stored and held. */
  async #hold(
    userIds: readonly UserId[],
    byUser: ReadonlyMap<UserId, readonly PlacedEvent[]>,
    outcomes: ApplyOutcome[],
  ): Promise<void> {
    if (userIds.length === 0) return;
    if (this.#held.isFull) await this.flush();
    const states = await this.#read(userIds, ['features', 'seen', 'departed']);
    const gone: Promise<void>[] = [];
    for (const state of states) {
      const events = byUser.get(state.userId) ?? [];
      const { result } = applyEvents(this.#withHeld(state), events, this.#options.clock());
      if (result.moved.length > 0) {
        gone.push(this.#applyTo(state.userId, events, outcomes));
        continue;
      }
      tell(outcomes, result);
      const isNew = events.filter(({ place }) => place !== null && outcomes[place]?.status === 'APPLIED');
      this.#held.add(
        state.userId,
        isNew.map(({ event }) => event),
      );
    }
    await allDone(gone);
  }

  async #writeHeld(userId: UserId): Promise<void> {
    if (this.#held.of(userId).length > 0) await this.#applyTo(userId, [], []);
  }

  async #bringOver(from: UserId, leaving: Leaving): Promise<void> {
    const now = this.#options.clock();
    const [{ seen = [] } = {}] = await this.#read([from], ['seen']);
    const [at, into] = leaving;
    let next: readonly [UserId, Millis] | null = [into, at];
    while (next !== null) {
      const [owner, since]: readonly [UserId, Millis] = next;
      next = await this.#writes.change(owner, takeOver({ from, leaving, seen, since, now }));
    }
    await this.#writes.change(from, endMerge(at));
  }
}

/** Of what is held: the caller has its outcome already. */
const placedNowhere = (event: PollEvent): PlacedEvent => ({ event, place: null, since: event.recordedAt });

function tell(outcomes: ApplyOutcome[], applied: AppliedEvents): void {
  for (const { place, outcome } of applied.outcomes) if (place !== null) outcomes[place] = outcome;
}

/** Waits for all, also where one fails: the caller must not go on while others still write. Rejects with the first error. */
async function allDone(work: readonly Promise<unknown>[]): Promise<void> {
  const settled = await Promise.allSettled(work);
  for (const outcome of settled) if (outcome.status === 'rejected') throw outcome.reason;
}
