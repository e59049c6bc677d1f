import type { VersionVectors } from '../../src/datasources/neighbours/poll-neighbours.js';
import { modelVersion, pollId } from '../../src/domain/ids.js';
import { KINSHIP_DIMS, layoutOfFactors } from '../../src/domain/poll-vectors.js';

/** A poll as the factors of a model see it; what is left out is 0. */
export interface VectorParts {
  readonly liking?: readonly number[];
  readonly answer?: readonly number[];
  readonly likingMean?: number;
  readonly answerMean?: number;
  readonly kinship?: readonly number[];
}

/** The vector of one poll. */
export function pollVector(factorCount: number, parts: VectorParts): Float32Array {
  const layout = layoutOfFactors(factorCount);
  const vector = new Float32Array(layout.dims);
  vector.set((parts.liking ?? []).slice(0, factorCount), layout.liking);
  vector.set((parts.answer ?? []).slice(0, factorCount), layout.answer);
  vector[layout.likingMean] = parts.likingMean ?? 0;
  vector[layout.answerMean] = parts.answerMean ?? 0;
  vector.set((parts.kinship ?? []).slice(0, KINSHIP_DIMS), layout.kinship);
  return vector;
}

/** Vectors of open polls, as one version has them. */
export function versionVectors(
  version: string,
  factorCount: number,
  polls: Readonly<Record<string, VectorParts>>,
): VersionVectors {
  const ids = Object.keys(polls);
  const { dims } = layoutOfFactors(factorCount);
  return {
    version: modelVersion(version),
    ids: ids.map(pollId),
    dims,
    values: Float32Array.from(Object.values(polls).flatMap((parts) => [...pollVector(factorCount, parts)])),
    open: ids.map(() => true),
  };
}
