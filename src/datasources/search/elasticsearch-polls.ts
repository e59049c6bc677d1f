import type { Client, estypes } from '@elastic/elasticsearch';
import { TimedOutError } from '../../domain/errors.js';
import { type PollId, pollId } from '../../domain/ids.js';
import type { Poll } from '../../domain/poll.js';
import { searchableText } from '../../domain/poll-text.js';
import type { Millis } from '../../domain/time.js';
import { spelledWords } from '../../domain/words.js';
import { REQUEST_TIMEOUT_MS } from '../../platform/elasticsearch/connection.js';
import { explained } from '../../platform/elasticsearch/explained.js';
import { ensureIndex } from '../../platform/elasticsearch/indices.js';
import { likeQuery, matchQuery } from './match-query.js';
import { mostPollsOfTellingWord, QUERY_WORDS, WAYS } from './match-rules.js';
import type { PollSearch, SearchHit } from './poll-search.js';

export interface ElasticsearchPollsOptions {
  /** Stays open: whoever connects, closes. */
  readonly client: Client;
  /** What the names of the indices begin with. */
  readonly prefix: string;
}

/** Hits of one request at most. */
const MOST_AT_ONCE = 1_000;
const WITHIN = { requestTimeout: REQUEST_TIMEOUT_MS };
/** All pages of one search; long enough for a node that hangs to be left for the next. */
const LONGEST_SEARCH: Millis = 2 * REQUEST_TIMEOUT_MS;

interface PageRequest {
  readonly limit: number;
  readonly signal: AbortSignal;
  /** Where the page begins; absent for the first. */
  readonly after?: estypes.SortResults;
}

interface Page {
  readonly hits: readonly SearchHit[];
  /** Where the next page begins; null after the last one. */
  readonly next: estypes.SortResults | null;
}

/** Full text search by BM25 over the documents of the catalogue, each in its own language. Sees a change within a second. */
export class ElasticsearchPolls implements PollSearch {
  readonly #client: Client;
  readonly #index: string;

  private constructor(client: Client, index: string) {
    this.#client = client;
    this.#index = index;
  }

  /** Makes the index where it is missing. */
  static async open({ client, prefix }: ElasticsearchPollsOptions): Promise<ElasticsearchPolls> {
    return new ElasticsearchPolls(client, await ensureIndex(client, { prefix, name: 'polls' }));
  }

  /** Nothing to do: what is searched are the documents that the catalogue writes. */
  put(): void {}

  async search(query: string, limit: number, accepts?: (id: PollId) => boolean): Promise<SearchHit[]> {
    const wanted = spelledWords(query).slice(0, QUERY_WORDS);
    if (wanted.length === 0 || limit <= 0) return [];
    return this.#ask('search the polls', async (signal) => {
      for (const way of WAYS) {
        const found = await this.#accepted(matchQuery(wanted, way), { limit, signal }, accepts);
        if (found.length > 0) return found;
      }
      return [];
    });
  }

  async similar(poll: Poll, limit: number): Promise<SearchHit[]> {
    if (limit <= 0) return [];
    return this.#ask('look for similar polls', async (signal) => {
      const { count } = await this.#client.count({ index: this.#index }, { ...WITHIN, signal });
      const mostPolls = mostPollsOfTellingWord(count);
      const query = likeQuery(searchableText(poll), { id: poll.id, mostPolls });
      const { hits } = await this.#page(query, { limit, signal });
      return [...hits];
    });
  }

  /** Nobody waits for a search that takes long, and one that matches every poll must not go on for all of them. */
  async #ask<T>(what: string, question: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const late = AbortSignal.timeout(LONGEST_SEARCH);
    try {
      return await question(late);
    } catch (error) {
      if (late.aborted) throw new TimedOutError(`Could not ${what} within ${LONGEST_SEARCH} ms.`);
      throw explained(error, what);
    }
  }

  /** Reads on until there are enough, or no more. */
  async #accepted(
    query: estypes.QueryDslQueryContainer,
    { limit, signal }: PageRequest,
    accepts: (id: PollId) => boolean = () => true,
  ): Promise<SearchHit[]> {
    const found = new Map<PollId, SearchHit>();
    let page = await this.#page(query, { limit, signal });
    for (;;) {
      for (const hit of page.hits) if (found.size < limit && accepts(hit.pollId)) found.set(hit.pollId, hit);
      if (found.size >= limit || page.next === null) return [...found.values()];
      page = await this.#page(query, { limit: MOST_AT_ONCE, signal, after: page.next });
    }
  }

  async #page(query: estypes.QueryDslQueryContainer, { limit, signal, after }: PageRequest): Promise<Page> {
    const size = Math.min(limit, MOST_AT_ONCE);
    const { hits } = await this.#client.search(
      {
        index: this.#index,
        size,
        query,
        sort: [{ _score: { order: 'desc' } }, { poll_id: 'asc' }],
        ...(after === undefined ? {} : { search_after: after }),
        _source: false,
        track_total_hits: false,
        // Hundreds of hits are asked for at a time, and what they are sorted by is all that is needed of them.
        filter_path: 'hits.hits.sort',
      },
      { ...WITHIN, signal },
    );
    const places = (hits?.hits ?? []).map(({ sort = [] }) => sort);
    return {
      hits: places.map(([score, id]) => ({ pollId: pollId(String(id)), score: Number(score) })),
      next: places.length < size ? null : (places.at(-1) ?? null),
    };
  }
}
