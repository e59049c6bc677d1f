import type { FeatureStore } from '../datasources/features/feature-store.js';
import type { LiveCatalogueView } from '../recommend/live-catalogue.js';
import type { PollLists } from '../recommend/poll-lists.js';
import type { ModelOperations } from '../registry/model-operations.js';

/** What the pages read. */
export interface PageServices {
  readonly lists: Pick<PollLists, 'recommendations'>;
  readonly catalogue: LiveCatalogueView;
  readonly models: Pick<ModelOperations, 'status'>;
  readonly features: Pick<FeatureStore, 'sample'>;
}
