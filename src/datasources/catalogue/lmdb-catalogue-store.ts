import { join } from 'node:path';
import type { Database } from 'lmdb';
import type { EventId, OptionId, PollId } from '../../domain/ids.js';
import type { Poll, PollStatus } from '../../domain/poll.js';
import type { OptionVotes, PollStatistics } from '../../domain/popularity.js';
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
import { moveVotes, type VoteMove } from './live-votes.js';
import {
  decodePoll,
  decodeStatistics,
  decodeVotes,
  encodePoll,
  encodeStatistics,
  encodeVotes,
  type StoredPoll,
  type StoredStatistics,
  type StoredVotes,
} from './stored-poll.js';

/** What one answer of `changes` holds at most, and one transaction changes. */
const PAGE = 1_000;

type VoteKey = [PollId, EventId];
type StoredVote = readonly [recordedAt: Millis, optionId: OptionId | null, replaced: OptionId | null];

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
  readonly #counts: Database<StoredVotes, PollId>;
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

  #count({ pollId, eventId, optionId, replaced, recordedAt }: LiveVote): void {
    if (!this.#polls.doesExist(pollId) || this.#votes.doesExist([pollId, eventId])) return;
    const statistics = this.#statistics.get(pollId);
    if (statistics !== undefined && recordedAt <= statistics[1]) return;
    this.#votes.put([pollId, eventId], [recordedAt, optionId, replaced]);
    this.#putCounts(pollId, moveVotes(this.#liveVotes(pollId), [{ optionId, replaced }]));
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
      const [recordedAt, optionId, replaced] = value;
      if (recordedAt > through) left.push({ optionId, replaced });
      else covered.push(key);
    }
    for (const key of covered) this.#votes.remove(key);
    this.#putCounts(pollId, moveVotes([], left));
    if (this.#polls.doesExist(pollId)) this.#moveToEnd(pollId);
  }

  #putCounts(id: PollId, counts: readonly OptionVotes[]): void {
    if (counts.length === 0) this.#counts.remove(id);
    else this.#counts.put(id, encodeVotes(counts));
  }

  #liveVotes(id: PollId): OptionVotes[] {
    const stored = this.#counts.get(id);
    return stored === undefined ? [] : decodeVotes(stored);
  }

  #entry(id: PollId): CatalogueEntry | null {
    const poll = this.#polls.get(id);
    if (poll === undefined) return null;
    const statistics = this.#statistics.get(id);
    return {
      poll: decodePoll(id, poll).poll,
      statistics: statistics === undefined ? null : decodeStatistics(id, statistics),
      liveVotes: this.#liveVotes(id),
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
