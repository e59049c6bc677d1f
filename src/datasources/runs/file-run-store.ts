import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BadInputError, HunchError, NotFoundError } from '../../domain/errors.js';
import { type RunId, runId } from '../../domain/ids.js';
import {
  isMissing,
  replaceFile,
  syncFile,
  syncFolder,
  unfinishedPath,
} from '../../platform/durable-files.js';
import { isPathSegment } from '../../platform/path-segment.js';
import type { RunStore } from './run-store.js';

export interface FileRunStoreOptions {
  readonly folder: string;
}

/** What runs leave, in a folder: `FLOW/RUN/NAME`, documents and files alike. */
export class FileRunStore implements RunStore {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open({ folder }: FileRunStoreOptions): Promise<FileRunStore> {
    await mkdir(folder, { recursive: true });
    return new FileRunStore(folder);
  }

  async readDocument(flow: string, run: RunId, name: string): Promise<unknown> {
    const path = this.#path(flow, run, name);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new HunchError('INVALID_DATA', `${path} is not JSON; remove the run ${run} and run it again.`, {
        cause,
      });
    }
  }

  async writeDocument(flow: string, run: RunId, name: string, document: unknown): Promise<void> {
    const path = this.#path(flow, run, name);
    await mkdir(dirname(path), { recursive: true });
    await replaceFile(path, `${JSON.stringify(document, null, 2)}\n`);
  }

  async stageFile(flow: string, run: RunId, name: string): Promise<string> {
    const path = this.#path(flow, run, name);
    await mkdir(dirname(path), { recursive: true });
    return unfinishedPath(path);
  }

  async commitFile(flow: string, run: RunId, name: string, stagedPath: string): Promise<void> {
    const path = this.#path(flow, run, name);
    await syncFile(stagedPath);
    await rename(stagedPath, path);
    await syncFolder(dirname(path));
  }

  async fetchFile(flow: string, run: RunId, name: string): Promise<string> {
    const path = this.#path(flow, run, name);
    const found = await stat(path).catch(() => null);
    if (found === null || !found.isFile()) {
      throw new NotFoundError(`The run ${run} of ${flow} has left no file ${name}.`);
    }
    return path;
  }

  async list(flow: string): Promise<RunId[]> {
    const folder = join(this.#folder, checkedSegment(flow, 'flow'));
    let names: string[];
    try {
      names = (await readdir(folder)).filter(isPathSegment);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
    const runs: { readonly name: string; readonly madeAt: number }[] = [];
    for (const name of names) {
      const found = await stat(join(folder, name)).catch(() => null);
      if (found?.isDirectory()) runs.push({ name, madeAt: found.birthtimeMs });
    }
    // Folders made within one tick of the file system's clock go by name: names of runs begin with the time.
    runs.sort((a, b) => b.madeAt - a.madeAt || (a.name < b.name ? 1 : -1));
    return runs.map(({ name }) => runId(name));
  }

  async remove(flow: string, run: RunId): Promise<void> {
    await rm(this.#runFolder(flow, run), { recursive: true, force: true, maxRetries: 3 });
  }

  #runFolder(flow: string, run: RunId): string {
    return join(this.#folder, checkedSegment(flow, 'flow'), checkedSegment(run, 'run id'));
  }

  #path(flow: string, run: RunId, name: string): string {
    const parts = name.split('/').map((part) => checkedSegment(part, 'name'));
    return join(this.#runFolder(flow, run), ...parts);
  }
}

function checkedSegment(text: string, what: string): string {
  if (isPathSegment(text)) return text;
  throw new BadInputError(
    `A ${what} is up to 128 letters, digits, ".", "_" and "-", not beginning with a sign; got "${text}".`,
  );
}
