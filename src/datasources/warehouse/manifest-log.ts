import { link, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HunchError, NotFoundError } from '../../domain/errors.js';
import { type Clock, HOUR, type Millis } from '../../domain/time.js';
import {
  fileErrorCode,
  isMissing,
  sweepUnfinished,
  syncFolder,
  unfinishedPath,
  writeSynced,
} from '../../platform/durable-files.js';
import { type DataFile, type Manifest, parseManifest, snapshotId } from './manifest.js';

/** Replaced manifests and files stay so long, for the jobs that read them. */
export const KEEP_REPLACED: Millis = HOUR;
/** The newest manifests that are never deleted; see `#isMine`. */
const ALWAYS_KEPT = 16;

export interface ManifestChange {
  readonly add: readonly DataFile[];
  /** Paths of files that readers of the new manifest do not need. */
  readonly retire?: readonly string[];
  /** Paths of retired files that are about to be deleted. */
  readonly drop?: readonly string[];
}

/**
 * The states of the warehouse, each an immutable document `000000042.json`; the highest number holds. A new state is
 * linked under the next number, which fails where another process has taken it: of several writers that have read the
 * same state one goes on, and the others read again. No lock is needed that a killed process could leave behind.
 */
export class ManifestLog {
  readonly #folder: string;
  readonly #clock: Clock;
  #newest: Manifest | null = null;

  private constructor(folder: string, clock: Clock) {
    this.#folder = folder;
    this.#clock = clock;
  }

  static async open(folder: string, clock: Clock): Promise<ManifestLog> {
    await mkdir(folder, { recursive: true });
    const log = new ManifestLog(folder, clock);
    if ((await log.#numbers()).length === 0) {
      await log.#link({ format: 1, number: 0, createdAt: clock(), files: [], retired: [] });
    }
    return log;
  }

  async latest(): Promise<Manifest> {
    for (;;) {
      const number = (await this.#numbers()).at(-1);
      if (number === undefined) {
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
      if (await this.#link(next)) return next;
    }
  }

  /** Deletes the states that were replaced over an hour ago. */
  async deleteReplaced(): Promise<void> {
    const numbers = await this.#numbers();
    for (const [place, number] of numbers.slice(0, -ALWAYS_KEPT).entries()) {
      const next = await this.#read(numbers[place + 1] ?? number);
      if (next !== null && next.createdAt > this.#clock() - KEEP_REPLACED) break;
      await rm(this.#path(number), { force: true });
    }
    await sweepUnfinished(this.#folder);
  }

  async #link(next: Manifest): Promise<boolean> {
    const path = this.#path(next.number);
    const aside = unfinishedPath(path);
    try {
      await writeSynced(aside, JSON.stringify(next));
      await link(aside, path);
    } catch (error) {
      if (fileErrorCode(error) === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(aside, { force: true });
    }
    await syncFolder(this.#folder);
    if (await this.#isMine(next.number)) return true;
    await rm(path, { force: true });
    return false;
  }

  /**
   * States are deleted from the lowest on, so a writer that slept for hours can find its number free again, though a state
   * of that number has been. The state before it is gone then; the newest ones never are.
   */
  async #isMine(number: number): Promise<boolean> {
    if (number === 0) return true;
    const numbers = await this.#numbers();
    return numbers.includes(number - 1) || (numbers.at(-1) ?? 0) < number + ALWAYS_KEPT - 1;
  }

  async #read(number: number): Promise<Manifest | null> {
    const path = this.#path(number);
    try {
      return parseManifest(await readFile(path, 'utf8'), { path, number });
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  #path(number: number): string {
    return join(this.#folder, `${snapshotId(number)}.json`);
  }

  /** The numbers that are there, lowest first. */
  async #numbers(): Promise<number[]> {
    const names = await readdir(this.#folder);
    return names
      .filter((name) => /^\d{9,}\.json$/.test(name))
      .map((name) => Number.parseInt(name, 10))
      .sort((a, b) => a - b);
  }
}
