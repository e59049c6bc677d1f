import DataLoader from 'dataloader';
import type { UserFeatures } from '../domain/features.js';
import type { UserId } from '../domain/ids.js';
import type { ApiServices } from './api-services.js';

/** Reads that one request (or one event of a subscription) makes at most once each; made when first used. */
export class Loaders {
  readonly #features: ApiServices['features'];
  #userFeatures: DataLoader<UserId, UserFeatures | null> | null = null;

  constructor(services: Pick<ApiServices, 'features'>) {
    this.#features = services.features;
  }

  get userFeatures(): DataLoader<UserId, UserFeatures | null> {
    this.#userFeatures ??= new DataLoader((ids) => this.#features.get(ids));
    return this.#userFeatures;
  }
}
