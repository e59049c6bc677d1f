import type { TensorSpec } from './tensor.js';

export interface ServerMetadata {
  readonly name: string;
  readonly version: string;
  readonly extensions: readonly string[];
}

export interface ModelMetadata {
  readonly name: string;
  /** The version that answers requests which name none comes first; null where the server knows no versions. */
  readonly versions: readonly string[] | null;
  readonly platform: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** One entry of the repository index. */
export interface RepositoryEntry {
  readonly name: string;
  readonly version: string;
  readonly state: 'READY' | 'UNAVAILABLE';
  /** Why it is not READY, where it was tried. */
  readonly reason: string;
}
