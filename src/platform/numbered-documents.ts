import { link, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HunchError } from '../domain/errors.js';
import {
  fileErrorCode,
  isMissing,
  sweepUnfinished,
  syncFolder,
  unfinishedPath,
  writeSynced,
} from './durable-files.js';

/** How many of the newest documents always stay; see `add` for why more than one. */
const KEPT = 16;

export interface NumberedDocumentsOptions {
  readonly folder: string;
  /** What the files' names begin with, such as `registry-`. */
  readonly prefix: string;
  /** Digits of a number in a name, at least. */
  readonly digits: number;
  /** Replaced states stay until `clean` is called; else `add` deletes all but the newest sixteen. */
  readonly keepReplaced?: boolean;
}

export interface NumberedDocument {
  readonly number: number;
  readonly text: string;
}

/**
 * A document that several processes replace by compare-and-set, with no lock that a killed process could leave behind.
 *
 * Each state is a file of its own, `PREFIX0000000012.json`, and the highest number holds. A new state is written aside and
 * then linked under the next number. Making a link fails where the name is taken, so of several writers that have read
 * number 11 exactly one makes number 12, and a writer killed at any point leaves either nothing or the whole document.
 */
export class NumberedDocuments {
  readonly #options: NumberedDocumentsOptions;

  constructor(options: NumberedDocumentsOptions) {
    this.#options = options;
  }

  /** The number of the state that holds; null where there is none yet. */
  async newest(): Promise<number | null> {
    return (await this.#numbers()).at(-1) ?? null;
  }

  /** The state that holds; null where there is none yet. */
  async latest(): Promise<NumberedDocument | null> {
    for (;;) {
      const number = await this.newest();
      if (number === null) return null;
      const text = await this.read(number);
      // Null: many newer states came between the two calls, and this one was cleaned away.
      if (text !== null) return { number, text };
    }
  }

  /** The text of that state; null where there is none, or none any more. */
  async read(number: number): Promise<string | null> {
    try {
      return await readFile(this.path(number), 'utf8');
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  /** Makes `text` the state of that number, one above the number read; false where another writer came first. */
  async add(number: number, text: string): Promise<boolean> {
    const { folder, keepReplaced } = this.#options;
    await mkdir(folder, { recursive: true });
    const target = this.path(number);
    const aside = unfinishedPath(target);
    try {
      await writeSynced(aside, text);
      await link(aside, target);
    } catch (error) {
      if (fileErrorCode(error) === 'EEXIST') return false;
      throw refusedLink(error, folder);
    } finally {
      await rm(aside, { force: true });
    }
    await syncFolder(folder);
    const numbers = await this.#numbers();
    // States are deleted from the lowest on, so a writer that slept while many others wrote can find its number free again,
    // though a state of that number has been. A number is deleted only once there is one that is KEPT higher, and after the
    // number before it.
    const mayHaveBeen = (numbers.at(-1) ?? number) >= number + KEPT;
    if (mayHaveBeen && !numbers.includes(number - 1)) {
      await rm(target, { force: true });
      return false;
    }
    if (keepReplaced !== true) {
      await this.#delete(numbers, () => true);
      if (number % KEPT === 0) await sweepUnfinished(folder);
    }
    return true;
  }

  /**
   * Deletes states, lowest first, for as long as `isOld` says of the one that came next that it is old; never the newest
   * sixteen. Also deletes what killed writers left.
   */
  async clean(isOld: (next: number) => Promise<boolean>): Promise<void> {
    await this.#delete(await this.#numbers(), isOld);
    await sweepUnfinished(this.#options.folder);
  }

  async #delete(
    numbers: readonly number[],
    isOld: (next: number) => boolean | Promise<boolean>,
  ): Promise<void> {
    const highest = numbers.at(-1) ?? 0;
    for (const [place, number] of numbers.entries()) {
      if (number > highest - KEPT || !(await isOld(numbers[place + 1] ?? number))) return;
      await rm(this.path(number), { force: true });
    }
  }

  /** Where the state of that number is, or would be. */
  path(number: number): string {
    const { folder, prefix, digits } = this.#options;
    return join(folder, `${prefix}${String(number).padStart(digits, '0')}.json`);
  }

  /** The numbers that are there, lowest first. */
  async #numbers(): Promise<number[]> {
    const { folder, prefix, digits } = this.#options;
    let names: string[];
    try {
      names = await readdir(folder);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
    return names
      .filter((name) => name.startsWith(prefix))
      .map((name) => /^(\d+)\.json$/.exec(name.slice(prefix.length))?.[1] ?? '')
      .filter((number) => number.length >= digits)
      .map(Number)
      .sort((a, b) => a - b);
  }
}

function refusedLink(error: unknown, folder: string): unknown {
  const code = fileErrorCode(error);
  if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') return error;
  return new HunchError(
    'INVALID_CONFIGURATION',
    `${folder} is on a file system without hard links (${code}), which keep writers apart. Use a folder on another one.`,
    { cause: error },
  );
}
