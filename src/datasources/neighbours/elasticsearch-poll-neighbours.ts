import { type Client, errors } from '@elastic/elasticsearch';
import { HunchError } from '../../domain/errors.js';
import type { ModelVersion, PollId } from '../../domain/ids.js';
import type { Clock } from '../../domain/time.js';
import { type BulkOperation, bulkWrite } from '../../platform/elasticsearch/bulk.js';
import { REQUEST_TIMEOUT_MS } from '../../platform/elasticsearch/connection.js';
import { documentId } from '../../platform/elasticsearch/document-id.js';
import { explained, explainedRefusal, unreadBecause } from '../../platform/elasticsearch/explained.js';
import { ensureIndex, type IndexName, rebuildIndex } from '../../platform/elasticsearch/indices.js';
import type {
  KnownVectors,
  NearestRequest,
  NearPoll,
  PollNeighbours,
  ReplaceOutcome,
  VersionVectors,
} from './poll-neighbours.js';
import { parseStored, STORED_FIELDS, type StoredVector, vectorDocuments } from './vector-document.js';

/** The server's limit on neighbours and on candidates. */
const MOST_NEIGHBOURS = 10_000;
/**
 * Candidates that the graph search looks at for each neighbour wanted, and at least. Where there are no more polls, the server
 * compares all of them; docs/quality.md has the recall.
 */
const CANDIDATES_EACH = 4;
const FEWEST_CANDIDATES = 2_000;

export interface ElasticsearchPollNeighboursOptions {
  /** Stays the caller's to close. */
  readonly client: Client;
  /** What the names of the indices begin with. */
  readonly prefix: string;
  readonly clock: Clock;
}

/** The vectors in the index `vectors`, one document a poll, built anew for each version and searched by the server's kNN. */
export class ElasticsearchPollNeighbours implements PollNeighbours {
  readonly #client: Client;
  readonly #index: IndexName;
  readonly #alias: string;
  readonly #clock: Clock;

  private constructor({ client, prefix, clock }: ElasticsearchPollNeighboursOptions, alias: string) {
    this.#client = client;
    this.#index = { prefix, name: 'vectors' };
    this.#alias = alias;
    this.#clock = clock;
  }

  /** Makes the index where it is missing. */
  static async open(options: ElasticsearchPollNeighboursOptions): Promise<ElasticsearchPollNeighbours> {
    const alias = await ensureIndex(options.client, { prefix: options.prefix, name: 'vectors' });
    return new ElasticsearchPollNeighbours(options, alias);
  }

  async replace(vectors: VersionVectors): Promise<ReplaceOutcome> {
    const present = await this.#version();
    if (present !== null && present > vectors.version) return 'OLDER';
    await rebuildIndex(this.#client, { ...this.#index, clock: this.#clock }, async (index) => {
      const { failed, failures } = await bulkWrite(this.#client, operations(vectors), {
        index,
        isPhysical: true,
      });
      if (failed === 0) return;
      const [first] = failures;
      throw new HunchError(
        'INVALID_DATA',
        `Elasticsearch refused ${failed} of ${vectors.ids.length} vectors of polls, that of ${first?.id} first: ${first?.reason}`,
      );
    });
    return 'REPLACED';
  }

  async vectorsOf(ids: readonly PollId[], signal?: AbortSignal): Promise<KnownVectors | null> {
    if (ids.length === 0) return null;
    const { docs } = await this.#call('read the vectors of polls', signal, (options) =>
      this.#client.mget({ index: this.#alias, ids: ids.map(documentId), _source: STORED_FIELDS }, options),
    );
    const found = docs.map((document) => {
      if ('error' in document) {
        throw explainedRefusal(unreadBecause(document.error), 'read the vectors of polls');
      }
      return document.found ? parseStored(document._source) : null;
    });
    const version = found.find((stored) => stored !== null)?.model_version;
    if (version === undefined) return null;
    return { version, vectors: found.map((stored) => stored?.packed ?? null) };
  }

  async nearest(request: NearestRequest, signal?: AbortSignal): Promise<readonly NearPoll[] | null> {
    const hits = await this.#search(request, signal).catch(async (error: unknown) => {
      // Vectors of another version may be of another length, which the server refuses before it looks at the filter.
      if (isRefused(error) && (await this.#version(signal)) !== request.version) return null;
      throw error;
    });
    if (hits === null || hits.length > 0) return hits;
    return (await this.#version(signal)) === request.version ? hits : null;
  }

  async ping(): Promise<void> {
    await this.#call('reach the vectors of polls', undefined, (options) =>
      this.#client.count({ index: this.#alias, terminate_after: 1 }, options),
    );
  }

  /** Changes nothing: the client is the caller's. */
  async close(): Promise<void> {}

  async #search(
    { version, vector, exclude, limit }: NearestRequest,
    signal: AbortSignal | undefined,
  ): Promise<NearPoll[]> {
    const count = Math.min(limit, MOST_NEIGHBOURS);
    const { hits } = await this.#call('find polls near a user', signal, (options) =>
      this.#client.search(
        {
          index: this.#alias,
          knn: {
            field: 'vector',
            query_vector: [...vector],
            k: count,
            num_candidates: Math.min(MOST_NEIGHBOURS, Math.max(FEWEST_CANDIDATES, CANDIDATES_EACH * count)),
            filter: {
              bool: {
                filter: [{ term: { open: true } }, { term: { model_version: version } }],
                must_not: [{ ids: { values: exclude.map(documentId) } }],
              },
            },
          },
          size: count,
          _source: STORED_FIELDS,
        },
        options,
      ),
    );
    return hits.hits.map(({ _source, _score }) => {
      const { poll_id, packed }: StoredVector = parseStored(_source);
      return { pollId: poll_id, score: innerProduct(_score ?? 0), vector: packed };
    });
  }

  /** Of the vectors in place; null before the first. */
  async #version(signal?: AbortSignal): Promise<ModelVersion | null> {
    const { hits } = await this.#call('read the version of the vectors of polls', signal, (options) =>
      this.#client.search({ index: this.#alias, size: 1, _source: STORED_FIELDS }, options),
    );
    const [first] = hits.hits;
    return first === undefined ? null : parseStored(first._source).model_version;
  }

  async #call<T>(
    what: string,
    signal: AbortSignal | undefined,
    call: (options: { readonly requestTimeout: number; readonly signal?: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    try {
      return await call({ requestTimeout: REQUEST_TIMEOUT_MS, ...(signal === undefined ? {} : { signal }) });
    } catch (error) {
      signal?.throwIfAborted();
      throw explained(error, what);
    }
  }
}

function* operations(vectors: VersionVectors): Generator<BulkOperation> {
  for (const document of vectorDocuments(vectors)) {
    yield { action: 'index', id: documentId(document.poll_id), document };
  }
}

const isRefused = (error: unknown): boolean =>
  error instanceof HunchError &&
  error.cause instanceof errors.ResponseError &&
  error.cause.statusCode === 400;

/** The server makes of a product p the score 1 / (1 − p) below 0, and p + 1 from there on, since scores must not be negative. */
const innerProduct = (score: number): number => (score < 1 ? 1 - 1 / score : score - 1);
