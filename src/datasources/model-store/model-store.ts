import type { ModelVersion } from '../../domain/ids.js';
import type { ModelName } from '../../domain/model.js';

/** A file of a version: where it goes below the version's folder, and where it is now. */
export interface ModelFile {
  /** Such as `personalisation-ranking/model.onnx`; always with forward slashes. */
  readonly name: string;
  readonly sourcePath: string;
}

/** A document together with the token that guards its replacement. */
export interface Versioned<T> {
  readonly document: T;
  readonly token: string;
}

/**
 * Models by version (MODEL_STORE_URL): `MODEL/VERSION/OIP-NAME/model.onnx`. A version folder appears whole or not at all
 * and never changes. Beside the versions stand the registry document and the pointer `current`, which predictors watch.
 */
export interface ModelStore {
  /** Copies the files into a new version. Rejects with code CONFLICT where the version is there with other content. */
  putVersion(model: ModelName, version: ModelVersion, files: readonly ModelFile[]): Promise<void>;
  versions(model: ModelName): Promise<ModelVersion[]>;
  /** A local folder with the version's files. Rejects with NotFoundError. */
  fetchVersion(model: ModelName, version: ModelVersion): Promise<string>;
  removeVersion(model: ModelName, version: ModelVersion): Promise<void>;

  /** The pointer: what predictors serve to requests that name no version. Null before the first roll-out. */
  current(model: ModelName): Promise<ModelVersion | null>;
  setCurrent(model: ModelName, version: ModelVersion): Promise<void>;

  /** The registry document, unchecked; null where there is none. */
  readRegistry(model: ModelName): Promise<Versioned<unknown> | null>;
  /** Replaces it if it is still the one of `token` (null: if there is none); false where another writer came first. */
  writeRegistry(model: ModelName, document: unknown, token: string | null): Promise<boolean>;
}
