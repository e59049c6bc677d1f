import type { Client, estypes } from '@elastic/elasticsearch';
import { UnavailableError } from '../../domain/errors.js';
import { SECOND } from '../../domain/time.js';
import { changedBetween, primaryOf, refreshIndex } from '../../platform/elasticsearch/sequence-pages.js';

/** How far an index has come. */
export interface FeedState {
  /** Names the history of changes; another one after the index was made anew or restored. */
  readonly history: string;
  /** Every operation up to this sequence number is done, and none of them will ever be undone. */
  readonly checkpoint: number;
}

export interface FeedPage {
  readonly documents: readonly { readonly place: number; readonly source: unknown }[];
  /** Everything up to here has been read. */
  readonly through: number;
}

interface FeedRange {
  readonly alias: string;
  readonly after: number;
  readonly through: number;
  readonly size: number;
  readonly withoutFields?: readonly string[];
}

/** A node that hangs is left for the next one: instances know of a change within five seconds all the same. */
const PATIENCE = { requestTimeout: 3 * SECOND };

/**
 * The states of two indices of one shard, by one cheap call. Operations are numbered as the shard takes them in and may finish
 * in another order; those up to the checkpoint are complete, so that nothing is passed by.
 */
export async function readFeedStates(
  client: Client,
  [one, other]: readonly [alias: string, alias: string],
): Promise<readonly [FeedState, FeedState]> {
  const { indices = {} } = await client.indices.stats(
    { index: [one, other], metric: 'docs', level: 'shards', filter_path: STATE_FIELDS },
    PATIENCE,
  );
  return [stateOf(one, indices), stateOf(other, indices)];
}

const STATE_FIELDS = ['routing.primary', 'seq_no.global_checkpoint', 'commit.user_data.history_uuid'].map(
  (field) => `indices.*.shards.*.${field}`,
);

function stateOf(
  alias: string,
  indices: Readonly<Record<string, estypes.IndicesStatsIndicesStats>>,
): FeedState {
  const [, index] = Object.entries(indices).find(([name]) => name.startsWith(`${alias}-`)) ?? [];
  const copies: readonly estypes.IndicesStatsShardStats[] = Object.values(index?.shards ?? {}).flat();
  const primary = primaryOf(copies);
  const history = primary?.commit?.user_data.history_uuid;
  const checkpoint = primary?.seq_no?.global_checkpoint;
  if (history === undefined || checkpoint === undefined) {
    throw new UnavailableError(`The index ${alias} has no primary shard at present; try again.`);
  }
  return { history, checkpoint };
}

/** Makes what has been written visible to `readFeedPage`. */
export async function refresh(client: Client, alias: string): Promise<void> {
  await refreshIndex(client, alias, PATIENCE);
}

/** The documents whose last change lies in the range, oldest change first. Asks for a refresh before. */
export async function readFeedPage(client: Client, range: FeedRange): Promise<FeedPage> {
  const { alias, after, through, size, withoutFields = [] } = range;
  const { hits } = await client.search<unknown>(
    {
      index: alias,
      size,
      _source_excludes: [...withoutFields],
      ...changedBetween(after, through),
    },
    PATIENCE,
  );
  const documents = hits.hits.map(({ sort, _source: source }) => ({ place: Number(sort?.[0]), source }));
  const last = documents.length < size ? undefined : documents.at(-1)?.place;
  return { documents, through: last ?? through };
}
