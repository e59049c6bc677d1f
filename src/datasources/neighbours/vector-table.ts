import type { PollId } from '../../domain/ids.js';
import type { NearestRequest, NearPoll, VersionVectors } from './poll-neighbours.js';

/** The vectors of one version in memory, searched exactly. */
export class VectorTable {
  readonly #vectors: VersionVectors;
  readonly #places: ReadonlyMap<PollId, number>;

  constructor(vectors: VersionVectors) {
    this.#vectors = vectors;
    this.#places = new Map(vectors.ids.map((id, place) => [id, place]));
  }

  get version(): VersionVectors['version'] {
    return this.#vectors.version;
  }

  vectorOf(id: PollId): Float32Array | null {
    const place = this.#places.get(id);
    return place === undefined ? null : this.#row(place);
  }

  /** Best first; of equal ones those that come first in the order of the ids. */
  nearest({ vector, exclude, limit }: Omit<NearestRequest, 'version'>): NearPoll[] {
    const { ids, open, dims, values } = this.#vectors;
    const without = new Set(exclude);
    const best: { readonly place: number; readonly score: number }[] = [];
    ids.forEach((id, place) => {
      if (open[place] !== true || without.has(id)) return;
      let score = 0;
      const row = place * dims;
      for (let at = 0; at < dims; at += 1) score += (vector[at] as number) * (values[row + at] as number);
      if (best.length === limit && score <= (best.at(-1)?.score ?? 0)) return;
      best.splice(firstBelow(best, score), 0, { place, score });
      if (best.length > limit) best.pop();
    });
    return best.map(({ place, score }) => ({
      pollId: ids[place] as PollId,
      score,
      vector: this.#row(place),
    }));
  }

  #row(place: number): Float32Array {
    const { dims, values } = this.#vectors;
    return values.subarray(place * dims, (place + 1) * dims);
  }
}

/** The place of the first score below `score` in a falling list. */
function firstBelow(best: readonly { readonly score: number }[], score: number): number {
  let low = 0;
  let high = best.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((best[middle]?.score ?? 0) < score) high = middle;
    else low = middle + 1;
  }
  return low;
}
