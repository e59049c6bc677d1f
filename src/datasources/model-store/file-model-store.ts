import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BadInputError, HunchError, NotFoundError } from '../../domain/errors.js';
import { type ModelVersion, modelVersion } from '../../domain/ids.js';
import { MODEL_FOLDERS, type ModelName } from '../../domain/model.js';
import {
  isMissing,
  replaceFile,
  sweepUnfinished,
  syncFolder,
  unfinishedPath,
} from '../../platform/durable-files.js';
import { NumberedDocuments } from '../../platform/numbered-documents.js';
import { isPathSegment } from '../../platform/path-segment.js';
import type { ModelFile, ModelStore, Versioned } from './model-store.js';
import { copyFiles, renameUnlessTaken, sameFiles } from './version-folder.js';

export interface FileModelStoreOptions {
  readonly folder: string;
}

const POINTER = 'current';

/**
 * Models in a folder: `MODEL/VERSION/...`, beside them the pointer `MODEL/current` (a text file that names the version) and
 * the states of the registry document, `MODEL/registry-NUMBER.json`, of which the highest number holds.
 */
export class FileModelStore implements ModelStore {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open({ folder }: FileModelStoreOptions): Promise<FileModelStore> {
    await mkdir(folder, { recursive: true });
    return new FileModelStore(folder);
  }

  async putVersion(model: ModelName, version: ModelVersion, files: readonly ModelFile[]): Promise<void> {
    const target = this.#versionFolder(model, version);
    checkNames(files);
    const parent = dirname(target);
    await mkdir(parent, { recursive: true });
    await sweepUnfinished(parent);
    const aside = unfinishedPath(target);
    try {
      await copyFiles(files, aside);
      if (!(await renameUnlessTaken(aside, target)) && !(await sameFiles(aside, target))) {
        throw new HunchError(
          'CONFLICT',
          `Version ${version} of ${model} is there already with other content. A version never changes: publish under a new name.`,
        );
      }
    } finally {
      await rm(aside, { recursive: true, force: true });
    }
    await syncFolder(parent);
  }

  async versions(model: ModelName): Promise<ModelVersion[]> {
    try {
      const entries = await readdir(this.#modelFolder(model), { withFileTypes: true });
      return entries
        .filter((entry) => entry.isDirectory() && isPathSegment(entry.name))
        .map((entry) => modelVersion(entry.name))
        .sort();
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  async fetchVersion(model: ModelName, version: ModelVersion): Promise<string> {
    const folder = this.#versionFolder(model, version);
    if (!(await isFolder(folder))) {
      throw new NotFoundError(`There is no version ${version} of ${model} in ${this.#folder}.`);
    }
    return folder;
  }

  async removeVersion(model: ModelName, version: ModelVersion): Promise<void> {
    const folder = this.#versionFolder(model, version);
    // The version goes as a whole, too: a reader never finds half of it.
    const aside = unfinishedPath(folder);
    try {
      await rename(folder, aside);
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    await rm(aside, { recursive: true, force: true });
  }

  async current(model: ModelName): Promise<ModelVersion | null> {
    try {
      const text = (await readFile(join(this.#modelFolder(model), POINTER), 'utf8')).trim();
      return text === '' ? null : modelVersion(text);
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async setCurrent(model: ModelName, version: ModelVersion): Promise<void> {
    await this.fetchVersion(model, version);
    await replaceFile(join(this.#modelFolder(model), POINTER), `${version}\n`);
  }

  async readRegistry(model: ModelName): Promise<Versioned<unknown> | null> {
    const state = await this.#registry(model).latest();
    if (state === null) return null;
    try {
      return { document: JSON.parse(state.text), token: String(state.number) };
    } catch (cause) {
      throw new HunchError('INVALID_DATA', `The registry of ${model} in ${this.#folder} is not JSON.`, {
        cause,
      });
    }
  }

  async writeRegistry(model: ModelName, document: unknown, token: string | null): Promise<boolean> {
    const number = token === null ? 0 : Number(token);
    return this.#registry(model).add(number + 1, `${JSON.stringify(document, null, 2)}\n`);
  }

  #registry(model: ModelName): NumberedDocuments {
    return new NumberedDocuments({ folder: this.#modelFolder(model), prefix: 'registry-', digits: 10 });
  }

  #modelFolder(model: ModelName): string {
    return join(this.#folder, MODEL_FOLDERS[model]);
  }

  #versionFolder(model: ModelName, version: ModelVersion): string {
    if (!isPathSegment(version) || version === POINTER) {
      throw new BadInputError(
        `A model version is letters, digits, ".", "_" and "-", not beginning with a sign; got "${version}".`,
      );
    }
    return join(this.#modelFolder(model), version);
  }
}

function checkNames(files: readonly ModelFile[]): void {
  if (files.length === 0) throw new BadInputError('A model version wants one file or more; got none.');
  for (const { name } of files) {
    if (!name.split('/').every(isPathSegment)) {
      throw new BadInputError(`A model file is named like "popular/model.onnx"; got "${name}".`);
    }
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
