import type { Client, estypes, TransportRequestOptions } from '@elastic/elasticsearch';
import { UnavailableError } from '../../domain/errors.js';
import { JOB_TIMEOUT_MS } from './connection.js';

/** How far one shard of a physical index has come. */
export interface ShardSequence {
  readonly shard: number;
  /** Every operation up to this sequence number is done, and none of them will ever be undone. */
  readonly checkpoint: number;
  /** The newest operation, done or not. */
  readonly newest: number;
}

/** A part of the operations of one shard: after the one, through the other. */
export interface SequenceRange {
  readonly index: string;
  readonly shard: number;
  readonly after: number;
  readonly through: number;
}

/** Before the first operation. */
export const BEFORE_ALL = -1;

const PAGE = 1_000;
const PATIENT = { requestTimeout: JOB_TIMEOUT_MS, maxRetries: 5 };

/** The states of all shards of a physical index, and what is written up to them made visible to `documentPages`. */
export async function readSequences(client: Client, index: string): Promise<ShardSequence[]> {
  const { indices = {} } = await client.indices.stats(
    { index, metric: 'docs', level: 'shards', filter_path: SHARD_FIELDS },
    PATIENT,
  );
  const sequences = Object.entries(indices[index]?.shards ?? {}).map(([shard, copies]) => {
    const states: readonly estypes.IndicesStatsShardStats[] = Object.values(copies).flat();
    const state = primaryOf(states)?.seq_no;
    if (state === undefined) throw new UnavailableError(`${index} has no primary shard ${shard} now.`);
    return { shard: Number(shard), checkpoint: state.global_checkpoint, newest: state.max_seq_no };
  });
  if (sequences.length === 0) throw new UnavailableError(`${index} has no shards now.`);
  await refreshIndex(client, index, PATIENT);
  return sequences;
}

/** Of all copies of a shard the one that takes the writes. */
export const primaryOf = (
  copies: readonly estypes.IndicesStatsShardStats[],
): estypes.IndicesStatsShardStats | undefined => copies.find((copy) => copy.routing?.primary === true);

/** Makes what has been written to the index, or alias, visible to searches on all of its shards. */
export async function refreshIndex(
  client: Client,
  index: string,
  options: TransportRequestOptions,
): Promise<void> {
  const { _shards: shards } = await client.indices.refresh({ index }, options);
  if (shards !== undefined && shards.failed > 0) {
    throw new UnavailableError(
      `The index ${index} could not be refreshed on ${shards.failed} of its shards.`,
    );
  }
}

/** A search for documents by their last change, from after the one operation through the other, oldest change first. */
export const changedBetween = (after: number, through: number) =>
  ({
    query: { range: { _seq_no: { gt: after, lte: through } } },
    sort: [{ _seq_no: 'asc' }],
    track_total_hits: false,
    // Half of an answer would be taken for all there is.
    allow_partial_search_results: false,
  }) satisfies estypes.SearchRequest;

const SHARD_FIELDS = ['routing.primary', 'seq_no'].map((field) => `indices.*.shards.*.${field}`);

/** The documents whose last change lies in the range, oldest change first, by pages. */
export async function* documentPages(
  client: Client,
  { index, shard, after, through }: SequenceRange,
  options: { readonly isWithSource: boolean; readonly signal: AbortSignal },
): AsyncGenerator<readonly estypes.SearchHit[]> {
  for (let place = after; place < through; ) {
    const { hits } = await client.search(
      {
        index,
        preference: `_shards:${shard}`,
        size: PAGE,
        _source: options.isWithSource,
        ...changedBetween(place, through),
      },
      { ...PATIENT, signal: options.signal },
    );
    if (hits.hits.length > 0) yield hits.hits;
    place = hits.hits.length < PAGE ? through : Number(hits.hits.at(-1)?.sort?.[0]);
  }
}
