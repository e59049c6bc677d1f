import { MODEL_NAMES, type ModelName } from '../domain/model.js';
import type { Registry } from './registry.js';
import { emptyRegistry, type RegistryDocument } from './registry-document.js';

export interface RegistryFollowerOptions {
  readonly registry: Pick<Registry, 'read'>;
  /** Pause between two looks, in milliseconds. */
  readonly intervalMs: number;
  readonly onError: (error: unknown) => void;
}

/** Holds the registry of each model in memory, so that a request decides about the canary without asking a store. */
export class RegistryFollower {
  readonly #options: RegistryFollowerOptions;
  readonly #documents = new Map<ModelName, RegistryDocument>();
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(options: RegistryFollowerOptions) {
    this.#options = options;
  }

  /** Reads the documents, then keeps following. Rejects where they can't be read. */
  async start(): Promise<void> {
    await this.#look();
    this.#schedule();
  }

  /** As last seen; an empty document before the first look. */
  document(model: ModelName): RegistryDocument {
    return this.#documents.get(model) ?? emptyRegistry(model);
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    const documents = await Promise.all(MODEL_NAMES.map((model) => this.#options.registry.read(model)));
    for (const document of documents) this.#documents.set(document.model, document);
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#look()
        .catch(this.#options.onError)
        .finally(() => this.#schedule());
    }, this.#options.intervalMs);
    this.#timer.unref();
  }
}
