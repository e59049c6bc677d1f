import type { ModelClient } from '../datasources/inference/model-client.js';
import { HunchError } from '../domain/errors.js';
import type { ModelVersion } from '../domain/ids.js';
import type { ModelName } from '../domain/model.js';

export interface CanaryLoaderOptions {
  readonly models: ModelClient;
  readonly onError: (error: unknown) => void;
}

/**
 * Keeps the canary on every replica. A predictor that starts takes only the champion, by the pointer; without the canary it
 * would answer the users of the canary with the champion until somebody set it again.
 */
export class CanaryLoader {
  readonly #options: CanaryLoaderOptions;
  /** The replicas of a model that were asked to load this canary and have not shown it since. */
  readonly #asked = new Map<ModelName, { readonly version: ModelVersion; readonly urls: Set<string> }>();
  readonly #loading = new Set<ModelName>();

  constructor(options: CanaryLoaderOptions) {
    this.#options = options;
  }

  /**
   * Has the ready replicas without the canary load it, in the background; by what the health checks saw last. A replica that
   * refuses the version is asked again once it was away.
   */
  look(model: ModelName, canary: ModelVersion | null): void {
    if (canary === null) {
      this.#asked.delete(model);
      return;
    }
    const before = this.#asked.get(model);
    const asked = before?.version === canary ? before : { version: canary, urls: new Set<string>() };
    this.#asked.set(model, asked);
    const lacking: string[] = [];
    for (const { url, ready, versions } of this.#options.models.replicas(model)) {
      // A stock server does not tell its versions: it has one.
      const lacks = ready && versions !== null && !versions.includes(canary);
      if (!lacks) asked.urls.delete(url);
      else if (!asked.urls.has(url)) lacking.push(url);
    }
    if (lacking.length > 0 && !this.#loading.has(model)) void this.#load(model, asked, lacking);
  }

  async #load(
    model: ModelName,
    { version, urls }: { readonly version: ModelVersion; readonly urls: Set<string> },
    lacking: readonly string[],
  ): Promise<void> {
    this.#loading.add(model);
    for (const url of lacking) {
      urls.add(url);
      try {
        await this.#options.models.loadVersion(model, version, [url]);
      } catch (error) {
        if (error instanceof HunchError && error.retryable) urls.delete(url);
        this.#options.onError(error);
      }
    }
    this.#loading.delete(model);
  }
}
