import type { CatalogueStore } from '../../datasources/catalogue/catalogue-store.js';
import type { FeatureStore } from '../../datasources/features/feature-store.js';
import type { PollNeighbours } from '../../datasources/neighbours/poll-neighbours.js';
import type { PollSearch } from '../../datasources/search/poll-search.js';
import type { Clock } from '../../domain/time.js';
import type { Config } from '../../platform/config.js';
import type { ElasticsearchClient } from '../../platform/elasticsearch/connection.js';
import type { Log } from '../../platform/log.js';
import type { Part, PartShelf } from './part.js';
import { withoutRepeats } from './without-repeats.js';

/** What FEATURES_URL names: all of it in one folder, or in one Elasticsearch, asked by one client. */
export interface FeatureStores {
  readonly features: Part<FeatureStore>;
  readonly catalogue: Part<CatalogueStore>;
  readonly search: Part<PollSearch>;
  readonly neighbours: Part<PollNeighbours>;
}

export interface FeatureStoresOptions {
  /** One client for all of them. */
  readonly elasticsearch: Part<ElasticsearchClient>;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
}

const miniSearch = async (): Promise<PollSearch> => {
  const { MiniSearchPolls } = await import('../../datasources/search/minisearch-polls.js');
  return new MiniSearchPolls();
};

function inFolder(folder: string, shelf: PartShelf, clock: Clock): FeatureStores {
  return {
    features: shelf.closing(async () => {
      const { LmdbFeatureStore } = await import('../../datasources/features/lmdb-feature-store.js');
      return LmdbFeatureStore.open({ folder, clock });
    }),
    catalogue: shelf.closing(async () => {
      const { LmdbCatalogueStore } = await import('../../datasources/catalogue/lmdb-catalogue-store.js');
      return LmdbCatalogueStore.open({ folder });
    }),
    search: shelf.part(miniSearch),
    neighbours: shelf.closing(async () => {
      const { LmdbPollNeighbours } = await import('../../datasources/neighbours/lmdb-poll-neighbours.js');
      return LmdbPollNeighbours.open({ folder });
    }),
  };
}

function inElasticsearch(
  prefix: string,
  shelf: PartShelf,
  { elasticsearch, config, clock, log }: FeatureStoresOptions,
): FeatureStores {
  const onOutdated = (error: unknown): void => log.warn({ err: error }, 'an index is of an older release');
  return {
    features: shelf.closing(async () => {
      const { ElasticsearchFeatureStore } = await import(
        '../../datasources/features/elasticsearch-feature-store.js'
      );
      return ElasticsearchFeatureStore.open({
        client: await elasticsearch(),
        prefix,
        clock,
        random: Math.random,
        onError: withoutRepeats((error) => log.warn({ err: error }, 'impressions wait to be written'), clock),
        onOutdated,
      });
    }),
    catalogue: shelf.closing(async () => {
      const { ElasticsearchCatalogueStore } = await import(
        '../../datasources/catalogue/elasticsearch-catalogue-store.js'
      );
      return ElasticsearchCatalogueStore.open({ client: await elasticsearch(), prefix, onOutdated });
    }),
    search: shelf.part(async () => {
      const [{ ElasticsearchPolls }, { FallbackPollSearch }] = await Promise.all([
        import('../../datasources/search/elasticsearch-polls.js'),
        import('../../datasources/search/fallback-poll-search.js'),
      ]);
      return new FallbackPollSearch({
        first: await ElasticsearchPolls.open({ client: await elasticsearch(), prefix }),
        second: await miniSearch(),
        timeoutMs: config.REQUEST_BUDGET_MS,
        onFallback: (error) => log.warn({ err: error }, 'searched in memory'),
      });
    }),
    neighbours: shelf.closing(async () => {
      const { ElasticsearchPollNeighbours } = await import(
        '../../datasources/neighbours/elasticsearch-poll-neighbours.js'
      );
      return ElasticsearchPollNeighbours.open({ client: await elasticsearch(), prefix, clock });
    }),
  };
}

/** The stores by the scheme of FEATURES_URL; what the other scheme needs is not even loaded. */
export function featureStores(shelf: PartShelf, options: FeatureStoresOptions): FeatureStores {
  const { features } = options.config;
  return features.backend === 'lmdb'
    ? inFolder(features.folder, shelf, options.clock)
    : inElasticsearch(features.prefix, shelf, options);
}
