import type { AppendSummary } from './warehouse.js';

/** The additions to a warehouse that are under way: most run side by side, those that leave out known events in turn. */
export class AppendOrder {
  readonly #running = new Set<Promise<unknown>>();
  #lastInTurn: Promise<unknown> = Promise.resolve();

  run(append: () => Promise<AppendSummary>, skipKnown: boolean): Promise<AppendSummary> {
    // The next one has to know the ids of this one.
    const done = skipKnown ? this.#lastInTurn.then(append) : append();
    const settled = done.then(
      () => undefined,
      () => undefined,
    );
    if (skipKnown) this.#lastInTurn = settled;
    this.#running.add(settled);
    void settled.then(() => this.#running.delete(settled));
    return done;
  }

  /** Resolves when all that was begun by now has ended, well or not. */
  async ended(): Promise<void> {
    await Promise.all(this.#running);
  }
}
