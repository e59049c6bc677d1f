import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { HunchError } from '../domain/errors.js';

const MODEL_FILE = 'model.onnx';
const POINTER = 'current';

/** A version on disk: which file is served under which name. */
export interface VersionFiles {
  readonly version: string;
  readonly files: ReadonlyMap<string, string>;
  /** Changes when a file is replaced. */
  readonly stamp: string;
}

export interface ModelLayoutOptions {
  readonly folder: string;
  /** The OIP names that a version must have; the first is the name of the model. */
  readonly names: readonly string[];
}

/**
 * Finds the versions of a model in a folder. Three layouts are known:
 * - a model store: `VERSION/OIP-NAME/model.onnx`, and the file `current` that names the version to serve;
 * - the same one folder down, in a folder named as the model; without `current` the last version by name is served;
 * - one bare version, as a storage initialiser leaves it: `model.onnx`, or `OIP-NAME/model.onnx` for every name.
 * Where a version has one name only, `VERSION/model.onnx` will do. Files of further names that begin with the model's name and a
 * hyphen, such as `personalisation-onboarding`, belong to the version where it holds them.
 */
export class ModelLayout {
  readonly #folder: string;
  readonly #names: readonly string[];
  /** The name of the bare version, by stamp: its content is read again only when it has changed. */
  #bare: { readonly stamp: string; readonly version: string } | null = null;

  constructor({ folder, names }: ModelLayoutOptions) {
    this.#folder = folder;
    this.#names = names;
  }

  /** The version to serve; null where there is none yet. Rejects with INVALID_MODEL where it is not whole. */
  async current(): Promise<VersionFiles | null> {
    const root = await this.#root();
    const pointer = await textOf(join(root, POINTER));
    if (pointer !== null) {
      const version = pointer.trim();
      if (version === '') return null;
      return (await this.#versionIn(root, version)) ?? this.#missing(version, root);
    }
    const bare = await this.#bareVersion();
    if (bare !== null || root === this.#folder) return bare;
    const last = (await this.versions()).at(-1);
    return last === undefined ? null : this.#versionIn(root, last);
  }

  /** A version by name; null where there is none. Rejects with INVALID_MODEL where it is not whole. */
  async find(version: string): Promise<VersionFiles | null> {
    const bare = await this.#bareVersion();
    if (bare?.version === version) return bare;
    return this.#versionIn(await this.#root(), version);
  }

  /** The names of the versions on disk, numbers by value, oldest first where names sort so. */
  async versions(): Promise<string[]> {
    const bare = await this.#bareVersion();
    if (bare !== null) return [bare.version];
    const root = await this.#root();
    const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
    const names = entries
      .filter((entry) => !entry.isFile() && isVersionName(entry.name))
      .map(({ name }) => name);
    const whole = await Promise.all(names.map((name) => this.#versionIn(root, name).catch(() => null)));
    return names.filter((_, n) => whole[n] !== null).sort(new Intl.Collator('en', { numeric: true }).compare);
  }

  /** The folder itself, or the one below it that bears the model's name and holds versions. */
  async #root(): Promise<string> {
    const below = join(this.#folder, this.#names[0] ?? '');
    const nested =
      (await stampOf(join(this.#folder, POINTER))) === null &&
      (await stampOf(join(below, MODEL_FILE))) === null &&
      (await isFolder(below));
    return nested ? below : this.#folder;
  }

  async #versionIn(root: string, version: string): Promise<VersionFiles | null> {
    if (!isVersionName(version)) return null;
    const folder = join(root, version);
    if (!(await isFolder(folder))) return null;
    const found = await this.#filesIn(folder);
    if (found === null) {
      const wanted = this.#names.map((name) => `${name}/${MODEL_FILE}`).join(', ');
      throw new HunchError(
        'INVALID_MODEL',
        `Version ${version} is not whole: expected ${wanted} in ${folder}.`,
      );
    }
    return { version, ...found };
  }

  async #bareVersion(): Promise<VersionFiles | null> {
    const found = await this.#filesIn(this.#folder);
    if (found === null) return null;
    if (this.#bare?.stamp !== found.stamp) {
      this.#bare = { stamp: found.stamp, version: await contentHash([...found.files.values()]) };
    }
    return { version: this.#bare.version, ...found };
  }

  async #filesIn(folder: string): Promise<Pick<VersionFiles, 'files' | 'stamp'> | null> {
    const [first = ''] = this.#names;
    const paths = new Map(this.#names.map((name) => [name, join(folder, name, MODEL_FILE)]));
    const stamps = await Promise.all([...paths.values()].map(stampOf));
    if (stamps.every((stamp) => stamp !== null)) {
      const more = await this.#optionalIn(folder);
      for (const [name, { path }] of more) paths.set(name, path);
      return { files: paths, stamp: [...stamps, ...[...more.values()].map(({ stamp }) => stamp)].join(' ') };
    }
    const single = join(folder, MODEL_FILE);
    const stamp = await stampOf(single);
    return stamp === null ? null : { files: new Map([[first, single]]), stamp };
  }

  /** Models of the same family that the version holds beside those it must have. */
  async #optionalIn(folder: string): Promise<Map<string, { readonly path: string; readonly stamp: string }>> {
    const [first = ''] = this.#names;
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const found = new Map<string, { readonly path: string; readonly stamp: string }>();
    for (const { name } of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (!name.startsWith(`${first}-`) || this.#names.includes(name)) continue;
      const path = join(folder, name, MODEL_FILE);
      const stamp = await stampOf(path);
      if (stamp !== null) found.set(name, { path, stamp });
    }
    return found;
  }

  #missing(version: string, root: string): never {
    throw new HunchError(
      'INVALID_MODEL',
      `${join(root, POINTER)} names version ${JSON.stringify(version)}, but there is no folder of that name beside it.`,
    );
  }
}

/** True for what can be a folder of its own below another one. */
const isVersionName = (name: string): boolean => /^[^/\\\0]+$/.test(name) && !name.startsWith('.');

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isDirectory() ?? false;

async function stampOf(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() ? `${found.ino}:${found.size}:${found.mtimeMs}` : null;
}

const textOf = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null);

/** A bare file bears no version; its content names it, the same on every replica. */
async function contentHash(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) await pipeline(createReadStream(path), hash, { end: false });
  return `sha256-${hash.digest('hex').slice(0, 12)}`;
}
