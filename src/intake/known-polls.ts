import type { CatalogueCursor, CatalogueStore } from '../datasources/catalogue/catalogue-store.js';
import type { OptionId, PollId } from '../domain/ids.js';
import type { Poll } from '../domain/poll.js';

/** Which polls there are and what can be voted for: grows with the catalogue, not with the votes. */
export class KnownPolls {
  readonly #options = new Map<PollId, ReadonlySet<OptionId>>();
  /** Most polls have the same options: they share one set. */
  readonly #shared = new Map<string, ReadonlySet<OptionId>>();

  /** All polls of the catalogue, of whichever status. */
  static async load(catalogue: CatalogueStore): Promise<KnownPolls> {
    const known = new KnownPolls();
    let cursor: CatalogueCursor | null = null;
    let more = true;
    while (more) {
      const changes = await catalogue.changes(cursor);
      for (const { poll } of changes.entries) known.add(poll);
      ({ cursor, more } = changes);
    }
    return known;
  }

  get size(): number {
    return this.#options.size;
  }

  add(poll: Poll): void {
    const ids = poll.options.map((option) => option.id);
    const spelling = JSON.stringify(ids);
    const options = this.#shared.get(spelling) ?? new Set(ids);
    this.#shared.set(spelling, options);
    this.#options.set(poll.id, options);
  }

  /** Null for an unknown poll. */
  optionsOf(id: PollId): ReadonlySet<OptionId> | null {
    return this.#options.get(id) ?? null;
  }
}
