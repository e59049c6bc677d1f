import DataLoader from 'dataloader';
import type { FeatureStore } from '../datasources/features/feature-store.js';
import { HunchError } from '../domain/errors.js';
import type { UserFeatures } from '../domain/features.js';
import type { UserId } from '../domain/ids.js';
import type { FallbackReason } from '../domain/recommendation.js';
import { within } from '../domain/within.js';

/** What is known of a user, or why that could not be found out. */
export type FeaturesOutcome =
  | { readonly status: 'READ'; readonly features: UserFeatures | null }
  | { readonly status: 'FAILED'; readonly reason: FallbackReason };

/** Reads features; the requests of one tick share one read of the store. */
export class FeatureReader {
  readonly #loader: DataLoader<UserId, UserFeatures | null>;

  constructor(store: FeatureStore) {
    // No cache: a vote recorded by any instance must count in the very next answer.
    this.#loader = new DataLoader((ids: readonly UserId[]) => store.get(ids), {
      cache: false,
      maxBatchSize: 500,
    });
  }

  /** Never rejects for a store that is away or slow; `timeoutMs` is all it may take. */
  async read(id: UserId, timeoutMs: number): Promise<FeaturesOutcome> {
    const read = this.#loader.load(id).then(
      (features): FeaturesOutcome => ({ status: 'READ', features }),
      (error: unknown): FeaturesOutcome => {
        if (error instanceof HunchError) return { status: 'FAILED', reason: 'FEATURES_UNAVAILABLE' };
        throw error;
      },
    );
    return within(read, Math.max(1, timeoutMs), () => ({ status: 'FAILED', reason: 'TIMED_OUT' }));
  }
}
