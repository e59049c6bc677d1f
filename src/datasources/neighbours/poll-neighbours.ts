import type { ModelVersion, PollId } from '../../domain/ids.js';
import type { PollVectors } from '../../domain/poll-vectors.js';

/** The vectors of one model version, and which of the polls may be found. */
export interface VersionVectors extends PollVectors {
  readonly version: ModelVersion;
  /** In the order of the ids. */
  readonly open: readonly boolean[];
}

/** REPLACED: they are in place. OLDER: those in place are of a later version, and stay. */
export type ReplaceOutcome = 'REPLACED' | 'OLDER';

/** Vectors as they were at one moment: all of one version. */
export interface KnownVectors {
  readonly version: ModelVersion;
  /** In the order asked for; null for a poll without one. */
  readonly vectors: readonly (Float32Array | null)[];
}

/** A poll near to what was asked for. */
export interface NearPoll {
  readonly pollId: PollId;
  /** The inner product, up to single precision. */
  readonly score: number;
  readonly vector: Float32Array;
}

export interface NearestRequest {
  /** The version whose vectors `vector` was made of. */
  readonly version: ModelVersion;
  readonly vector: Float32Array;
  readonly exclude: readonly PollId[];
  /** At least 1. */
  readonly limit: number;
}

/**
 * The polls as vectors, and those with the largest inner product with a given one. Shared by all instances. A store that is away
 * rejects with UnavailableError.
 */
export interface PollNeighbours {
  /**
   * Takes the place of what is there, for all instances at once and as a whole; where it fails, what is there stays. Versions
   * are compared by their names, which sort by age.
   */
  replace(vectors: VersionVectors): Promise<ReplaceOutcome>;
  /** Null where none of the polls has a vector. An aborted call rejects. */
  vectorsOf(ids: readonly PollId[], signal?: AbortSignal): Promise<KnownVectors | null>;
  /**
   * Open polls, best first, without those excluded. A large store may miss a few that are nearly as good. Fewer than `limit` only where
   * there are no more, or `limit` is above 10,000. Null where the version in place is another one. An aborted call rejects.
   */
  nearest(request: NearestRequest, signal?: AbortSignal): Promise<readonly NearPoll[] | null>;
  /** Rejects where the store does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
