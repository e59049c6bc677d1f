import type { FeatureStore } from '../datasources/features/feature-store.js';
import type { Clock } from '../domain/time.js';
import type { Recorder } from '../events/recorder.js';
import type { LiveCatalogueView } from '../recommend/live-catalogue.js';
import type { PollLists } from '../recommend/poll-lists.js';
import type { ModelOperations } from '../registry/model-operations.js';

/** What the API asks to do the work. */
export interface ApiServices {
  readonly lists: PollLists;
  readonly catalogue: LiveCatalogueView;
  readonly recorder: Recorder;
  readonly models: ModelOperations;
  readonly features: Pick<FeatureStore, 'get' | 'sample'>;
  readonly clock: Clock;
  /** Evenly spread over [0, 1). */
  readonly random: () => number;
}
