import type { CatalogueCursor, CatalogueStore } from '../datasources/catalogue/catalogue-store.js';
import type { PollSearch } from '../datasources/search/poll-search.js';
import type { LiveCatalogue } from './live-catalogue.js';

export interface CatalogueFollowerOptions {
  readonly store: CatalogueStore;
  readonly catalogue: LiveCatalogue;
  readonly search: PollSearch;
  /** Pause between two looks at the store; design section 2 allows 5 seconds until every instance obeys. */
  readonly intervalMs: number;
  readonly onError: (error: unknown) => void;
}

/** Keeps the live catalogue and the search index in step with the shared store, whoever changes it. */
export class CatalogueFollower {
  readonly #options: CatalogueFollowerOptions;
  #cursor: CatalogueCursor | null = null;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #again = false;
  #stopped = false;

  constructor(options: CatalogueFollowerOptions) {
    this.#options = options;
  }

  /** Reads the whole catalogue, then keeps following. Rejects where the store does not answer. */
  async start(): Promise<void> {
    await this.#catchUp();
    this.#schedule();
  }

  /** Brings the catalogue up to date with everything that has been answered by now. */
  async refresh(): Promise<void> {
    if (this.#running !== null) {
      // The look under way may have begun before the change was made: one more is needed.
      this.#again = true;
      return this.#running;
    }
    this.#running = this.#catchUp().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#running?.catch(() => undefined);
  }

  async #catchUp(): Promise<void> {
    const { store, catalogue, search } = this.#options;
    do {
      this.#again = false;
      let more = true;
      while (more && !this.#stopped) {
        const changes = await store.changes(this.#cursor);
        catalogue.apply(changes.entries);
        await search.put(changes.entries.map((entry) => entry.poll));
        this.#cursor = changes.cursor;
        more = changes.more;
      }
    } while (this.#again && !this.#stopped);
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.refresh()
        .catch(this.#options.onError)
        .finally(() => this.#schedule());
    }, this.#options.intervalMs);
    this.#timer.unref();
  }
}
