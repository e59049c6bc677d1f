import { type Database, type Key, open, type RootDatabase } from 'lmdb';
import { HunchError, UnavailableError } from '../domain/errors.js';

const MAX_DATABASES = 12;

export interface LmdbEnvironmentOptions {
  /** `write` answers after fsync, for what a loss of power must not take either. Slower; writes at the same time share one. */
  readonly syncFirst?: boolean;
}

/**
 * A folder with LMDB databases that change together, shared by any number of processes. What `write` has answered
 * survives the end of the process, however it ends; a loss of power may take the last moments (unless `syncFirst`), never
 * the consistency.
 */
export class LmdbEnvironment {
  readonly #root: RootDatabase<unknown, Key>;
  readonly #folder: string;
  #closed: Promise<void> | null = null;

  private constructor(root: RootDatabase<unknown, Key>, folder: string) {
    this.#root = root;
    this.#folder = folder;
  }

  /** Makes the folder where it is missing. Rejects with UnavailableError where it can't be used. */
  static async open(
    folder: string,
    { syncFirst = false }: LmdbEnvironmentOptions = {},
  ): Promise<LmdbEnvironment> {
    try {
      // Without `noSubdir: false` a dot in the folder's name makes LMDB take it for a file.
      const root = open<unknown, Key>({
        path: folder,
        noSubdir: false,
        maxDbs: MAX_DATABASES,
        // Overlapping sync, the default, answers when other processes see the change, before it is on the disk.
        ...(syncFirst ? { overlappingSync: false } : {}),
      });
      return new LmdbEnvironment(root, folder);
    } catch (cause) {
      throw unavailable(folder, cause);
    }
  }

  /** A named database; values are MessagePack, objects in it plain maps, so that no process depends on shared state. */
  database<Value, KeyOf extends Key>(name: string): Database<Value, KeyOf> {
    try {
      return this.#root.openDB<Value, KeyOf>(name, { useRecords: false } as object);
    } catch (cause) {
      throw unavailable(this.#folder, cause);
    }
  }

  /**
   * Runs `work`, which must not wait for anything, on the newest commit of all processes: LMDB would else go on with the
   * snapshot of an earlier read for up to a turn of the event loop.
   */
  read<T>(work: () => T): T {
    try {
      this.#root.resetReadTxn();
      return work();
    } catch (cause) {
      throw unavailable(this.#folder, cause);
    }
  }

  /**
   * Runs `work`, which must not wait for anything, alone among all processes. Resolves when its changes are committed;
   * where it throws, none of them are.
   */
  async write<T>(work: () => T): Promise<T> {
    try {
      return await this.#root.childTransaction(work);
    } catch (cause) {
      throw unavailable(this.#folder, await commitError(cause));
    }
  }

  /** Waits for writes under way; closing again changes nothing. */
  close(): Promise<void> {
    this.#closed ??= this.#root.close();
    return this.#closed;
  }
}

/** A failed commit says why in a promise of its own, which nobody else would catch. */
async function commitError(cause: unknown): Promise<unknown> {
  if (!(cause instanceof Error && 'commitError' in cause)) return cause;
  try {
    await cause.commitError;
    return cause;
  } catch (reason) {
    return reason;
  }
}

function unavailable(folder: string, cause: unknown): HunchError {
  if (cause instanceof HunchError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UnavailableError(
    `The store in ${folder} does not answer: ${reason}. Check that the folder is there, writable and not full.`,
    cause,
  );
}
