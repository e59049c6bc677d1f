import { join } from 'node:path';
import type { Database } from 'lmdb';
import type { EventId, OptionId, PollId, UserId } from '../../domain/ids.js';
import type { Poll, PollStatus } from '../../domain/poll.js';
import type { PollStatistics } from '../../domain/popularity.js';
import type { Millis } from '../../domain/time.js';
import { LmdbEnvironment } from '../../platform/lmdb-environment.js';
import type {
  CatalogueChanges,
  CatalogueCursor,
  CatalogueEntry,
  CatalogueStore,
  LiveVote,
  RecordedPoll,
} from './catalogue-store.js';
import { type LiveCounts, moveVotes, NO_LIVE_COUNTS, type VoteMove } from './live-votes.js';
import {
  decodeCounts,
  decodePoll,
  decodeStatistics,
  encodeCounts,
  encodePoll,
  encodeStatistics,
  type StoredCounts,
  type StoredPoll,
  type StoredStatistics,
} from './stored-poll.js';

/** What one answer of `changes` holds at most, and one transaction changes. */
const PAGE = 1_000;

type VoteKey = [PollId, EventId];
/** The last two are missing in what was written before voters were told apart. */
type StoredVote = readonly [
  recordedAt: Millis,
  optionId: OptionId | null,
  replaced: OptionId | null,
  isEstablished?: boolean,
  occurredAt?: Millis,
];

export interface LmdbCatalogueStoreOptions {
  /** The polls are kept in its sub-folder `polls`. */
  readonly folder: string;
}

/**
 * The catalogue in LMDB. Each poll has one place in the log of changes, and moves to its end when it changes; a cursor is a
 * place in the log. Writes run one at a time over all processes and are seen by all at once, so no place is ever passed by.
 *
 * A vote is remembered by its event id until statistics cover it: the same event counts once while it is live.
 */
export class LmdbCatalogueStore implements CatalogueStore {
  readonly #environment: LmdbEnvironment;
  readonly #polls: Database<StoredPoll, PollId>;
  readonly #statistics: Database<StoredStatistics, PollId>;
  readonly #votes: Database<StoredVote, VoteKey>;
  /** Sums of `#votes`, so that reading a poll does not cost a walk through its votes. */
  readonly #counts: Database<StoredCounts, PollId>;
  readonly #log: Database<PollId, number>;
  readonly #places: Database<number, PollId>;

  private constructor(environment: LmdbEnvironment) {
    this.#environment = environment;
    this.#polls = environment.database('polls');
    this.#statistics = environment.database('statistics');
    this.#votes = environment.database('votes');
    this.#counts = environment.database('counts');
    this.#log = environment.database('log');
    this.#places = environment.database('places');
  }

  static async open({ folder }: LmdbCatalogueStoreOptions): Promise<LmdbCatalogueStore> {
    return new LmdbCatalogueStore(await LmdbEnvironment.open(join(folder, 'polls')));
  }

  async upsert(polls: readonly RecordedPoll[]): Promise<void> {
    await this.#inPages(polls, (recorded) => this.#put(recorded));
  }

  async setStatus(id: PollId, status: PollStatus, at: Millis): Promise<RecordedPoll | null> {
    return this.#environment.write(() => {
      const stored = this.#polls.get(id);
      if (stored === undefined) return null;
      const known = decodePoll(id, stored);
      const changed = {
        poll: { ...known.poll, status },
        recordedAt: Math.max(at, known.recordedAt + 1),
      };
      this.#put(changed);
      return changed;
    });
  }

  async forgetAuthor(userId: UserId, at: Millis): Promise<void> {
    const wrote = (id: PollId, stored: StoredPoll): RecordedPoll | null => {
      const known = decodePoll(id, stored);
      const { authorId, createdAt } = known.poll;
      return authorId === userId && Math.min(createdAt, known.recordedAt) <= at ? known : null;
    };
    const ids = this.#environment.read(() => {
      const own: PollId[] = [];
      for (const { key, value } of this.#polls.getRange({})) if (wrote(key, value) !== null) own.push(key);
      return own;
    });
    await this.#inPages(ids, (id) => {
      const stored = this.#polls.get(id);
      const known = stored === undefined ? null : wrote(id, stored);
      if (known === null) return;
      this.#put({
        poll: { ...known.poll, authorId: null },
        recordedAt: Math.max(at, known.recordedAt + 1),
      });
    });
  }

  async get(ids: readonly PollId[]): Promise<(Poll | null)[]> {
    return this.#environment.read(() =>
      ids.map((id) => {
        const stored = this.#polls.get(id);
        return stored === undefined ? null : decodePoll(id, stored).poll;
      }),
    );
  }

  async countVotes(votes: readonly LiveVote[]): Promise<void> {
    await this.#inPages(votes, (vote) => this.#count(vote));
  }

  async putStatistics(statistics: readonly PollStatistics[]): Promise<void> {
    await this.#inPages(statistics, (counted) => this.#takeOver(counted));
  }

  async changes(cursor: CatalogueCursor | null): Promise<CatalogueChanges> {
    return this.#environment.read(() => {
      // A place that this log has not reached is from another store: all of the catalogue is new then.
      const place = Number(cursor ?? 0);
      const after = place >= 0 && place <= this.#lastPlace() ? place : 0;
      const found = [...this.#log.getRange({ start: after, exclusiveStart: true, limit: PAGE + 1 })];
      const page = found.slice(0, PAGE);
      return {
        entries: page.map(({ value }) => this.#entry(value)).filter((entry) => entry !== null),
        cursor: String(page.at(-1)?.key ?? after),
        more: found.length > PAGE,
      };
    });
  }

  async ping(): Promise<void> {
    this.#environment.read(() => this.#lastPlace());
  }

  async close(): Promise<void> {
    await this.#environment.close();
  }

  /** Many small transactions: writers of other processes wait for each. */
  async #inPages<T>(items: readonly T[], change: (item: T) => void): Promise<void> {
    for (let start = 0; start < items.length; start += PAGE) {
      const page = items.slice(start, start + PAGE);
      await this.#environment.write(() => {
        for (const item of page) change(item);
      });
    }
  }

  #put(recorded: RecordedPoll): void {
    const { id } = recorded.poll;
    const known = this.#polls.get(id);
    const stored = encodePoll(recorded);
    if (known !== undefined) {
      const before = decodePoll(id, known);
      if (before.recordedAt > recorded.recordedAt) return;
      // A flow puts the whole catalogue again; what is the same is no news for anybody.
      if (JSON.stringify(known) === JSON.stringify(stored)) return;
    }
    this.#polls.put(id, stored);
    this.#moveToEnd(id);
  }

  #count(vote: LiveVote): void {
    const { pollId, eventId, optionId, replaced, isEstablished, occurredAt, recordedAt } = vote;
    if (!this.#polls.doesExist(pollId) || this.#votes.doesExist([pollId, eventId])) return;
    const statistics = this.#statistics.get(pollId);
    if (statistics !== undefined && recordedAt <= statistics[1]) return;
    const stored: StoredVote = [recordedAt, optionId, replaced, isEstablished, occurredAt];
    this.#votes.put([pollId, eventId], stored);
    this.#putCounts(pollId, moveVotes(this.#liveCounts(pollId), [moveOf(stored)]));
    this.#moveToEnd(pollId);
  }

  #takeOver(counted: PollStatistics): void {
    const { pollId, through } = counted;
    const known = this.#statistics.get(pollId);
    if (known !== undefined && known[1] > through) return;
    this.#statistics.put(pollId, encodeStatistics(counted));
    const left: VoteMove[] = [];
    const covered: VoteKey[] = [];
    for (const { key, value } of this.#votes.getRange({ start: [pollId] })) {
      if (key[0] !== pollId) break;
      if (value[0] > through) left.push(moveOf(value));
      else covered.push(key);
    }
    for (const key of covered) this.#votes.remove(key);
    this.#putCounts(pollId, moveVotes(NO_LIVE_COUNTS, left));
    if (this.#polls.doesExist(pollId)) this.#moveToEnd(pollId);
  }

  #putCounts(id: PollId, counts: LiveCounts): void {
    const { established, first } = counts.activity;
    if (counts.votes.length === 0 && established === 0 && first === 0) this.#counts.remove(id);
    else this.#counts.put(id, encodeCounts(counts));
  }

  #liveCounts(id: PollId): LiveCounts {
    const stored = this.#counts.get(id);
    return stored === undefined ? NO_LIVE_COUNTS : decodeCounts(stored);
  }

  #entry(id: PollId): CatalogueEntry | null {
    const poll = this.#polls.get(id);
    if (poll === undefined) return null;
    const statistics = this.#statistics.get(id);
    const { votes, activity } = this.#liveCounts(id);
    return {
      poll: decodePoll(id, poll).poll,
      statistics: statistics === undefined ? null : decodeStatistics(id, statistics),
      liveVotes: votes,
      liveActivity: activity,
    };
  }

  #lastPlace(): number {
    for (const place of this.#log.getKeys({ reverse: true, limit: 1 })) return place;
    return 0;
  }

  #moveToEnd(id: PollId): void {
    const place = this.#lastPlace() + 1;
    const before = this.#places.get(id);
    if (before !== undefined) this.#log.remove(before);
    this.#log.put(place, id);
    this.#places.put(id, place);
  }
}

/** A vote as of when it was given, never later than it was recorded. */
function moveOf([
  recordedAt,
  optionId,
  replaced,
  isEstablished = true,
  occurredAt = recordedAt,
]: StoredVote): VoteMove {
  return { optionId, replaced, isEstablished, at: Math.min(occurredAt, recordedAt) };
}
