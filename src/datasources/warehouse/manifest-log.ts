import { HunchError, NotFoundError } from '../../domain/errors.js';
import { type Clock, HOUR, type Millis } from '../../domain/time.js';
import { NumberedDocuments } from '../../platform/numbered-documents.js';
import { type DataFile, type Manifest, parseManifest, SNAPSHOT_DIGITS } from './manifest.js';

/** Replaced manifests and files stay so long, for the jobs that read them. */
export const KEEP_REPLACED: Millis = HOUR;
/**
 * Files that no manifest names are deleted after KEEP_REPLACED: a process that was stopped between writing files and naming
 * them must not name them when this time is over.
 */
export const NAME_WITHIN: Millis = KEEP_REPLACED / 2;

export interface ManifestChange {
  readonly add: readonly DataFile[];
  /** Paths of files that readers of the new manifest do not need. */
  readonly retire?: readonly string[];
  /** Paths of retired files that are about to be deleted. */
  readonly drop?: readonly string[];
}

/** The states of the warehouse, each an immutable document `000000042.json`; the highest number holds. */
export class ManifestLog {
  readonly #documents: NumberedDocuments;
  readonly #folder: string;
  readonly #clock: Clock;
  #newest: Manifest | null = null;

  private constructor(folder: string, clock: Clock) {
    this.#documents = new NumberedDocuments({
      folder,
      prefix: '',
      digits: SNAPSHOT_DIGITS,
      keepReplaced: true,
    });
    this.#folder = folder;
    this.#clock = clock;
  }

  /** Makes the folder, and the first, empty state, where there is none. */
  static async open(folder: string, clock: Clock): Promise<ManifestLog> {
    const log = new ManifestLog(folder, clock);
    if ((await log.#documents.newest()) === null) {
      await log.#add({ format: 1, number: 0, createdAt: clock(), files: [], retired: [] });
    }
    return log;
  }

  async latest(): Promise<Manifest> {
    for (;;) {
      const number = await this.#documents.newest();
      if (number === null) {
        throw new HunchError('INVALID_DATA', `${this.#folder} lost its manifests. Restore it from a backup.`);
      }
      if (this.#newest?.number === number) return this.#newest;
      const found = await this.#read(number);
      if (found !== null) {
        this.#newest = found;
        return found;
      }
    }
  }

  /** Rejects with NotFoundError where the state, or a file of it, was cleaned away. */
  async snapshot(id: string): Promise<Manifest> {
    const latest = await this.latest();
    const found = /^\d{9,}$/.test(id) ? await this.#read(Number(id)) : null;
    const present = new Set([...latest.files, ...latest.retired].map((file) => file.path));
    if (
      found === null ||
      found.number > latest.number ||
      !found.files.every((file) => present.has(file.path))
    ) {
      throw new NotFoundError(
        `There is no snapshot ${id} of the warehouse any more: it was replaced over an hour ago. Start a new run.`,
      );
    }
    return found;
  }

  /**
   * Makes the next state. `change` is asked again with the newer state whenever another writer came first; null gives up.
   * Null comes back then, else the new state, which is on the disk.
   */
  async commit(
    change: (latest: Manifest, number: number) => ManifestChange | null,
  ): Promise<Manifest | null> {
    for (;;) {
      const latest = await this.latest();
      const number = latest.number + 1;
      const changed = change(latest, number);
      if (changed === null) return null;
      const at = this.#clock();
      const retire = new Set(changed.retire);
      const drop = new Set(changed.drop);
      const next: Manifest = {
        format: 1,
        number,
        createdAt: at,
        files: [...latest.files.filter((file) => !retire.has(file.path)), ...changed.add],
        retired: [
          ...latest.retired.filter((file) => !drop.has(file.path)),
          ...[...retire].map((path) => ({ path, at })),
        ],
      };
      if (await this.#add(next)) return next;
    }
  }

  /** Deletes the states that were replaced over an hour ago. */
  async deleteReplaced(): Promise<void> {
    const limit = this.#clock() - KEEP_REPLACED;
    await this.#documents.clean(async (next) => ((await this.#read(next))?.createdAt ?? limit) <= limit);
  }

  #add(next: Manifest): Promise<boolean> {
    return this.#documents.add(next.number, JSON.stringify(next));
  }

  async #read(number: number): Promise<Manifest | null> {
    const text = await this.#documents.read(number);
    return text === null ? null : parseManifest(text, { path: this.#documents.path(number), number });
  }
}
