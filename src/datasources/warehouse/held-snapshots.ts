import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunId } from '../../domain/ids.js';
import { DAY, type Millis } from '../../domain/time.js';
import { isMissing, replaceFile, sweepUnfinished } from '../../platform/durable-files.js';
import { type Manifest, parseManifest, snapshotId } from './manifest.js';

/** A run that failed can be taken up again for so long. */
const HELD_AT_MOST: Millis = 7 * DAY;
const FORMAT = /^(\d+)@.+\.json$/;

/**
 * The states of the warehouse that runs read, each a copy of its manifest named `SNAPSHOT@FLOW@RUN.json`. Their files are not
 * deleted, however long ago they were replaced.
 */
export class HeldSnapshots {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Holds `manifest` for the run, unless that holds another already; the one held. */
  async hold(flow: string, run: RunId, manifest: Manifest): Promise<Manifest> {
    const own = (await this.#names()).find((name) => name.endsWith(ending(flow, run)));
    const held = own === undefined ? null : await this.#read(own);
    if (held !== null) return held;
    await mkdir(this.#folder, { recursive: true });
    const name = snapshotId(manifest.number) + ending(flow, run);
    await replaceFile(join(this.#folder, name), JSON.stringify(manifest));
    return manifest;
  }

  /** The state of that id, if a run holds it. */
  async find(id: string): Promise<Manifest | null> {
    const name = (await this.#names()).find((one) => one.startsWith(`${id}@`));
    return name === undefined ? null : this.#read(name);
  }

  async release(flow: string, run: RunId): Promise<void> {
    for (const name of await this.#names()) {
      if (name.endsWith(ending(flow, run))) await rm(join(this.#folder, name), { force: true });
    }
  }

  /** Releases what has been held for a week. */
  async releaseOld(now: Millis): Promise<void> {
    for (const name of await this.#names()) {
      const path = join(this.#folder, name);
      const heldSince = (await stat(path).catch(() => null))?.mtimeMs ?? now;
      if (heldSince < now - HELD_AT_MOST) await rm(path, { force: true });
    }
    if ((await this.#names()).length > 0) await sweepUnfinished(this.#folder);
  }

  /** The paths of all files that runs may read. */
  async paths(): Promise<ReadonlySet<string>> {
    const paths = new Set<string>();
    for (const name of await this.#names()) {
      const manifest = await this.#read(name);
      for (const { path } of manifest?.files ?? []) paths.add(path);
    }
    return paths;
  }

  /** Null where it was released meanwhile. */
  async #read(name: string): Promise<Manifest | null> {
    const path = join(this.#folder, name);
    try {
      return parseManifest(await readFile(path, 'utf8'), { path, number: Number.parseInt(name, 10) });
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async #names(): Promise<string[]> {
    try {
      return (await readdir(this.#folder)).filter((name) => FORMAT.test(name));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }
}

// Neither a flow nor a run has an "@" in its name.
const ending = (flow: string, run: RunId): string => `@${flow}@${run}.json`;
