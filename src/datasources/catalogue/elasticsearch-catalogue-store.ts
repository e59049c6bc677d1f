import type { Client } from '@elastic/elasticsearch';
import { UnavailableError } from '../../domain/errors.js';
import type { PollId, UserId } from '../../domain/ids.js';
import type { Poll, PollStatus } from '../../domain/poll.js';
import type { PollStatistics } from '../../domain/popularity.js';
import type { Millis } from '../../domain/time.js';
import { explained } from '../../platform/elasticsearch/explained.js';
import { ensureIndex } from '../../platform/elasticsearch/indices.js';
import { BEFORE_ALL } from '../../platform/elasticsearch/sequence-pages.js';
import type {
  CatalogueChanges,
  CatalogueCursor,
  CatalogueEntry,
  CatalogueStore,
  LiveVote,
  RecordedPoll,
} from './catalogue-store.js';
import { type FeedPage, type FeedState, readFeedPage, readFeedStates, refresh } from './index-feed.js';
import { LiveVoteMemory } from './live-vote-memory.js';
import {
  inTurn,
  type PollChange,
  toRecording,
  toStatistics,
  toStatus,
  withoutAuthor,
} from './poll-changes.js';
import { decodePollDocument, type PollDocument, SEARCH_FIELDS } from './poll-document.js';
import { POLLS_AT_ONCE, PollDocuments } from './poll-documents.js';
import { VoteDocuments } from './vote-documents.js';

export interface ElasticsearchCatalogueStoreOptions {
  /** Stays open when the store is closed. */
  readonly client: Client;
  /** What the names of the indices begin with. */
  readonly prefix: string;
  /** Hears that an index has to be built anew by `hunch reindex`; it serves as it is until then. */
  readonly onOutdated?: (error: unknown) => void;
}

/** How far the changes of both indices have been given. */
interface Place {
  readonly polls: number;
  readonly votes: number;
}

interface States {
  readonly polls: FeedState;
  readonly votes: FeedState;
}

/**
 * The catalogue in Elasticsearch: an index of the polls with what flows have counted, and one of the votes since. Both are
 * followed by the sequence numbers of their one shard, so a cursor is a place in each, and no change is passed by, however many
 * write at once.
 *
 * A vote is one document, written once and read once by each instance, which sums them up in memory.
 */
export class ElasticsearchCatalogueStore implements CatalogueStore {
  readonly #client: Client;
  readonly #aliases: { readonly polls: string; readonly votes: string };
  readonly #polls: PollDocuments;
  readonly #votes: VoteDocuments;
  #memory = new LiveVoteMemory();
  /** What of the votes is in the memory. */
  #remembered: FeedState = { history: '', checkpoint: BEFORE_ALL };
  #remembering: Promise<unknown> = Promise.resolve();
  #closed = false;

  private constructor(client: Client, aliases: { readonly polls: string; readonly votes: string }) {
    this.#client = client;
    this.#aliases = aliases;
    this.#polls = new PollDocuments(client, aliases.polls);
    this.#votes = new VoteDocuments(client, aliases.votes);
  }

  /** Makes the indices where they are missing. */
  static async open({
    client,
    prefix,
    onOutdated,
  }: ElasticsearchCatalogueStoreOptions): Promise<ElasticsearchCatalogueStore> {
    const [polls, votes] = await Promise.all([
      ensureIndex(client, { prefix, name: 'polls', onOutdated }),
      ensureIndex(client, { prefix, name: 'votes', onOutdated }),
    ]);
    return new ElasticsearchCatalogueStore(client, { polls, votes });
  }

  async upsert(polls: readonly RecordedPoll[]): Promise<void> {
    const changes = polls.map((recorded) => [recorded.poll.id, toRecording(recorded)] as const);
    await this.#ask('write polls', () => this.#inPages(changes));
  }

  async setStatus(id: PollId, status: PollStatus, at: Millis): Promise<RecordedPoll | null> {
    const change = new Map([[id, toStatus(status, at)]]);
    const outcome = await this.#ask('set the status of a poll', () => this.#polls.change(change));
    return outcome.get(id)?.recorded ?? null;
  }

  async forgetAuthor(author: UserId, at: Millis): Promise<void> {
    await this.#ask('take an author out of the polls', async () => {
      const ids = await this.#polls.writtenBy(author);
      await this.#inPages(ids.map((id) => [id, withoutAuthor(author, at)]));
    });
  }

  async get(ids: readonly PollId[]): Promise<(Poll | null)[]> {
    const documents = await this.#ask('read polls', () => this.#polls.get(ids));
    return documents.map((document) => document?.recorded?.poll ?? null);
  }

  async countVotes(votes: readonly LiveVote[]): Promise<void> {
    await this.#ask('count votes', async () => {
      for (let start = 0; start < votes.length; start += POLLS_AT_ONCE) {
        const page = votes.slice(start, start + POLLS_AT_ONCE);
        await this.#votes.add(await this.#liveOnly(page));
      }
    });
  }

  async putStatistics(statistics: readonly PollStatistics[]): Promise<void> {
    await this.#ask('write the statistics of polls', async () => {
      await this.#inPages(statistics.map((counted) => [counted.pollId, toStatistics(counted)]));
      if (statistics.length > 0) await this.#votes.removeCovered(statistics);
    });
  }

  async changes(cursor: CatalogueCursor | null): Promise<CatalogueChanges> {
    return this.#ask('read the changes of polls', async () => {
      const states = await this.#states();
      const from = cursor === null ? null : placeOf(cursor, states);
      if (
        cursor !== null &&
        from?.polls === states.polls.checkpoint &&
        from.votes === states.votes.checkpoint
      ) {
        return { entries: [], cursor, more: false };
      }
      await this.#remember(states.votes);
      // Who starts gets the votes with the polls: later ones only are news.
      return this.#changesSince(from ?? { polls: BEFORE_ALL, votes: this.#remembered.checkpoint }, states);
    });
  }

  async ping(): Promise<void> {
    await this.#ask('reach the poll catalogue', () => this.#states());
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  /** Without votes on unknown polls, and without those that a flow has counted. */
  async #liveOnly(votes: readonly LiveVote[]): Promise<LiveVote[]> {
    const polls = await this.#polls.get([...new Set(votes.map((vote) => vote.pollId))]);
    const countedThrough = new Map<PollId, Millis>();
    for (const document of polls) {
      if (document === null || document.recorded === null) continue;
      countedThrough.set(document.id, document.statistics?.through ?? Number.NEGATIVE_INFINITY);
    }
    return votes.filter(({ pollId, recordedAt }) => {
      const through = countedThrough.get(pollId);
      return through !== undefined && recordedAt > through;
    });
  }

  async #changesSince(from: Place, states: States): Promise<CatalogueChanges> {
    const page = await this.#changedPolls(from.polls, states.polls);
    const documents: (PollDocument | null)[] = page.documents.map(({ source }) => decodePollDocument(source));
    const remembered = this.#remembered.checkpoint;
    let votes = from.votes;
    if (page.through === states.polls.checkpoint) {
      const given = new Set(documents.map((document) => document?.id));
      const voted = this.#memory.votedSince(from.votes);
      const next = voted.slice(0, POLLS_AT_ONCE);
      documents.push(...(await this.#polls.get(next.map(({ id }) => id).filter((id) => !given.has(id)))));
      votes = next.length < voted.length ? (next.at(-1)?.place ?? remembered) : remembered;
    }
    return {
      entries: documents.map((document) => this.#entry(document)).filter((entry) => entry !== null),
      cursor: cursorOf({ polls: page.through, votes }, states),
      more: page.through < states.polls.checkpoint || votes < remembered,
    };
  }

  async #changedPolls(after: number, state: FeedState): Promise<FeedPage> {
    if (after >= state.checkpoint) return { documents: [], through: state.checkpoint };
    await refresh(this.#client, this.#aliases.polls);
    return readFeedPage(this.#client, {
      alias: this.#aliases.polls,
      after,
      through: state.checkpoint,
      size: POLLS_AT_ONCE,
      withoutFields: SEARCH_FIELDS,
    });
  }

  /** Brings the memory up to the votes of the state, for one caller at a time. */
  async #remember(state: FeedState): Promise<void> {
    const reading = this.#remembering.then(async () => {
      if (state.history !== this.#remembered.history) {
        this.#memory = new LiveVoteMemory();
        this.#remembered = { history: state.history, checkpoint: BEFORE_ALL };
      }
      for await (const { votes, through } of this.#votes.addedAfter(this.#remembered.checkpoint, state)) {
        this.#memory.add(votes);
        this.#remembered = { history: state.history, checkpoint: through };
      }
    });
    this.#remembering = reading.catch(() => undefined);
    return reading;
  }

  #entry(document: PollDocument | null): CatalogueEntry | null {
    if (document === null || document.recorded === null) return null;
    const { id, recorded, statistics } = document;
    if (statistics !== null) this.#memory.cover(id, statistics.through);
    const { votes, activity } = this.#memory.counts(id);
    return { poll: recorded.poll, statistics, liveVotes: votes, liveActivity: activity };
  }

  async #states(): Promise<States> {
    const { polls, votes } = this.#aliases;
    const [pollState, voteState] = await readFeedStates(this.#client, [polls, votes]);
    return { polls: pollState, votes: voteState };
  }

  async #inPages(changes: readonly (readonly [PollId, PollChange])[]): Promise<void> {
    for (let start = 0; start < changes.length; start += POLLS_AT_ONCE) {
      const page = new Map<PollId, PollChange>();
      for (const [id, change] of changes.slice(start, start + POLLS_AT_ONCE)) {
        const before = page.get(id);
        page.set(id, before === undefined ? change : inTurn(before, change));
      }
      await this.#polls.change(page);
    }
  }

  async #ask<T>(what: string, call: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new UnavailableError(`Could not ${what}: the catalogue is closed.`);
    try {
      return await call();
    } catch (error) {
      throw explained(error, what);
    }
  }
}

const cursorOf = ({ polls, votes }: Place, states: States): CatalogueCursor =>
  [states.polls.history, polls, states.votes.history, votes].join(':');

/** Null for a place that these indices have not reached, or that lies in others: all of the catalogue is new then. */
function placeOf(cursor: CatalogueCursor, { polls, votes }: States): Place | null {
  const [pollHistory, pollPlace, voteHistory, votePlace] = cursor.split(':');
  const place = { polls: Number(pollPlace), votes: Number(votePlace) };
  const isOurs = pollHistory === polls.history && voteHistory === votes.history;
  return isOurs && place.polls <= polls.checkpoint && place.votes <= votes.checkpoint ? place : null;
}
