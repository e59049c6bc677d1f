/** Something that is opened when it is first asked for, and then is the same for all who ask. */
export type Part<T> = () => Promise<T>;

/** Opens parts once, however often they are asked for, and closes what was opened. */
export class PartShelf {
  readonly #opened: (() => Promise<void>)[] = [];

  part<T>(open: () => Promise<T>, close?: (part: T) => Promise<void>): Part<T> {
    let promise: Promise<T> | null = null;
    return () => {
      promise ??= open().then(
        (value) => {
          if (close !== undefined) this.#opened.push(() => close(value));
          return value;
        },
        (error: unknown) => {
          // Whoever asks next may find the store there.
          promise = null;
          throw error;
        },
      );
      return promise;
    };
  }

  /** The same for what has a `close` of its own. */
  closing<T extends { close(): Promise<void> }>(open: () => Promise<T>): Part<T> {
    return this.part(open, (value) => value.close());
  }

  /** Closes, last opened first. */
  async close(): Promise<void> {
    for (const close of this.#opened.splice(0).reverse()) await close();
  }
}
