import type { Client } from '@elastic/elasticsearch';
import type { PollStatistics } from '../../domain/popularity.js';
import type { Millis } from '../../domain/time.js';
import { type BulkOperation, sendBulk } from '../../platform/elasticsearch/bulk.js';
import { documentId } from '../../platform/elasticsearch/document-id.js';
import { explainedRefusal } from '../../platform/elasticsearch/explained.js';
import { BEFORE_ALL } from '../../platform/elasticsearch/sequence-pages.js';
import type { LiveVote } from './catalogue-store.js';
import { type FeedState, readFeedPage, refresh } from './index-feed.js';
import type { PlacedVote } from './live-vote-memory.js';
import { patienceFor } from './patience.js';
import { decodeVoteDocument, encodeVoteDocument } from './vote-document.js';

/** Votes of one request: they are small. */
const VOTES_AT_ONCE = 5_000;
const CONFLICT = 409;

/** Votes by rising places. */
export interface VotePage {
  readonly votes: readonly PlacedVote[];
  /** Everything up to here has been given. */
  readonly through: number;
}

interface CoveredVotes {
  readonly polls: readonly string[];
  readonly through: Millis;
  /** Place after which to look. */
  readonly after: number;
}

/** The documents of the index `votes`: the live votes, each under the id of its event. */
export class VoteDocuments {
  readonly #client: Client;
  readonly #index: string;

  constructor(client: Client, index: string) {
    this.#client = client;
    this.#index = index;
  }

  /** Adds votes; those that are there already are left. */
  async add(votes: readonly LiveVote[]): Promise<void> {
    await this.#send(
      votes.map((vote) => ({
        action: 'create',
        id: documentId(vote.eventId),
        document: encodeVoteDocument(vote),
      })),
    );
  }

  /** What was added after the place. */
  async *addedAfter(place: number, state: FeedState): AsyncGenerator<VotePage> {
    if (place >= state.checkpoint) return;
    await refresh(this.#client, this.#index);
    for (let after = place; after < state.checkpoint; ) {
      const range = { alias: this.#index, after, through: state.checkpoint, size: VOTES_AT_ONCE };
      const { documents, through } = await readFeedPage(this.#client, range);
      const votes = documents.map((each) => ({ place: each.place, vote: decodeVoteDocument(each.source) }));
      yield { votes, through };
      after = through;
    }
  }

  /**
   * Removes the votes that the statistics cover. One that arrives while this runs may stay: who reads it sees that it is
   * covered, and the next flow removes it.
   */
  async removeCovered(statistics: readonly PollStatistics[]): Promise<void> {
    await refresh(this.#client, this.#index);
    const pollsByThrough = new Map<Millis, string[]>();
    for (const { pollId, through } of statistics) {
      const polls = pollsByThrough.get(through) ?? [];
      polls.push(pollId);
      pollsByThrough.set(through, polls);
    }
    for (const [through, polls] of pollsByThrough) {
      let after: number | null = BEFORE_ALL;
      while (after !== null) after = await this.#removePage({ polls, through, after });
    }
  }

  /** Gives the place to go on from; null at the end. */
  async #removePage({ polls, through, after }: CoveredVotes): Promise<number | null> {
    const { hits } = await this.#client.search({
      index: this.#index,
      size: VOTES_AT_ONCE,
      query: {
        bool: {
          filter: [
            { terms: { poll_id: [...polls] } },
            { range: { recorded_at: { lte: through } } },
            { range: { _seq_no: { gt: after } } },
          ],
        },
      },
      sort: [{ _seq_no: 'asc' }],
      _source: false,
      track_total_hits: false,
      allow_partial_search_results: false,
    });
    await this.#send(
      hits.hits.flatMap(({ _id: id }) => (id === undefined ? [] : [{ action: 'delete', id }])),
    );
    return hits.hits.length < VOTES_AT_ONCE ? null : Number(hits.hits.at(-1)?.sort?.[0]);
  }

  async #send(operations: readonly BulkOperation[]): Promise<void> {
    const patience = patienceFor(operations.length);
    const failures = await sendBulk(this.#client, operations, { index: this.#index, ...patience });
    const refused = failures.find(({ status }) => status !== CONFLICT);
    if (refused !== undefined) throw explainedRefusal(refused, `write the vote ${refused.id}`);
  }
}
