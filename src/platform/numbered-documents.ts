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

const DIGITS = 10;
/** How many of the newest documents stay; see `add` for why more than one. */
const KEPT = 16;

export interface NumberedDocument {
  readonly number: number;
  readonly text: string;
}

/**
 * A document that several processes replace by compare-and-set, with no lock that a killed process could leave behind.
 *
 * Each state is a file of its own, `NAME-0000000012.json`, and the highest number holds. A new state is written aside and
 * then linked under the next number. Making a link fails where the name is taken, so of several writers that have read
 * number 11 exactly one makes number 12, and a writer killed at any point leaves either nothing or the whole document.
 */
export class NumberedDocuments {
  readonly #folder: string;
  readonly #name: string;

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
  }

  /** The state that holds; null where there is none yet. */
  async latest(): Promise<NumberedDocument | null> {
    for (;;) {
      const number = (await this.#numbers()).at(-1);
      if (number === undefined) return null;
      try {
        return { number, text: await readFile(this.#path(number), 'utf8') };
      } catch (error) {
        // Many newer states came between the two calls, and this one was cleaned away.
        if (!isMissing(error)) throw error;
      }
    }
  }

  /** Makes `text` the state of that number, one above the number read; false where another writer came first. */
  async add(number: number, text: string): Promise<boolean> {
    await mkdir(this.#folder, { recursive: true });
    const target = this.#path(number);
    const aside = unfinishedPath(target);
    try {
      await writeSynced(aside, text);
      await link(aside, target);
    } catch (error) {
      if (fileErrorCode(error) === 'EEXIST') return false;
      throw refusedLink(error, this.#folder);
    } finally {
      await rm(aside, { force: true });
    }
    await syncFolder(this.#folder);
    const numbers = await this.#numbers();
    const highest = numbers.at(-1) ?? number;
    // Old numbers are cleaned away, so a writer that slept while many others wrote can find its number free again. A number
    // is removed only once there is one that is KEPT higher; where there is none, this number was never taken before.
    if (highest >= number + KEPT) {
      await rm(target, { force: true });
      return false;
    }
    for (const old of numbers) if (old <= highest - KEPT) await rm(this.#path(old), { force: true });
    if (number % KEPT === 0) await sweepUnfinished(this.#folder);
    return true;
  }

  #path(number: number): string {
    return join(this.#folder, `${this.#name}-${String(number).padStart(DIGITS, '0')}.json`);
  }

  /** The numbers that are there, lowest first. */
  async #numbers(): Promise<number[]> {
    let names: string[];
    try {
      names = await readdir(this.#folder);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
    const prefix = `${this.#name}-`;
    return names
      .filter((name) => name.startsWith(prefix) && /^\d{10}\.json$/.test(name.slice(prefix.length)))
      .map((name) => Number(name.slice(prefix.length, prefix.length + DIGITS)))
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
