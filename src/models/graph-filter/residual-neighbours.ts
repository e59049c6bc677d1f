import type { CovoteOperator } from './covote-operator.js';
import type { LeadingEigenvectors } from './leading-eigenvectors.js';

/** `width` neighbours of each poll in no order, row-major; a poll with fewer is filled up with itself at weight 0. */
export interface Neighbours {
  readonly width: number;
  readonly places: Int32Array;
  readonly weights: Float32Array;
}

export interface NeighbourSettings {
  readonly width: number;
  /** By poll: what its column of the residual is multiplied by before the largest elements of each row are kept. */
  readonly columnWeights: Float64Array;
}

/**
 * Of P less what its leading eigenvectors tell of it, the elements beside the diagonal where P is above 0, times the weight of
 * the column: in each row the `width` largest by absolute value. Both are symmetric, so that each pair is computed once.
 */
export function residualNeighbours(
  operator: CovoteOperator,
  eigenvectors: LeadingEigenvectors,
  { width, columnWeights }: NeighbourSettings,
): Neighbours {
  const { pollWeights } = operator;
  const pollCount = pollWeights.length;
  const factors = eigenvectors.values.length;
  const lists = new LargestLists(pollCount, width);
  const pairs = new PairSums(operator);
  const own = new Float64Array(factors);
  for (let poll = 0; poll < pollCount; poll += 1) {
    const count = pairs.sum(poll);
    if (count === 0) continue;
    for (let f = 0; f < factors; f += 1) {
      own[f] = (eigenvectors.values[f] as number) * (eigenvectors.vectors.data[poll * factors + f] as number);
    }
    for (let at = 0; at < count; at += 1) {
      const other = pairs.others[at] as number;
      const covotes =
        (pairs.sums[other] as number) * (pollWeights[poll] as number) * (pollWeights[other] as number);
      const residual = covotes - dotWithRow(own, eigenvectors.vectors.data, other * factors);
      lists.offer(poll, other, residual * (columnWeights[other] as number));
      lists.offer(other, poll, residual * (columnWeights[poll] as number));
    }
  }
  return lists.finish();
}

/** For one poll after the other the weights of the users that voted on it and on each earlier one. */
class PairSums {
  readonly #operator: CovoteOperator;
  /** By poll; stands only for those among `others`. */
  readonly sums: Float64Array;
  readonly others: Int32Array;
  #count = 0;

  constructor(operator: CovoteOperator) {
    this.#operator = operator;
    this.sums = new Float64Array(operator.pollWeights.length);
    this.others = new Int32Array(operator.pollWeights.length);
  }

  /** How many of `others` stand for the poll. */
  sum(poll: number): number {
    const {
      graph: { usersOfPoll, pollsOfUser },
      userWeights,
    } = this.#operator;
    const { sums, others } = this;
    for (let at = 0; at < this.#count; at += 1) sums[others[at] as number] = 0;
    let count = 0;
    for (
      let at = usersOfPoll.starts[poll] as number;
      at < (usersOfPoll.starts[poll + 1] as number);
      at += 1
    ) {
      const user = usersOfPoll.ends[at] as number;
      const weight = userWeights[user] as number;
      for (let place = pollsOfUser.starts[user] as number; ; place += 1) {
        const other = pollsOfUser.ends[place] as number;
        if (other >= poll) break;
        const before = sums[other] as number;
        if (before === 0) {
          others[count] = other;
          count += 1;
        }
        sums[other] = before + weight;
      }
    }
    this.#count = count;
    return count;
  }
}

/** Four sums at a time, since one alone waits for itself. */
function dotWithRow(own: Float64Array, rows: Float32Array, start: number): number {
  const length = own.length;
  const even = length - (length % 4);
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let f = 0; f < even; f += 4) {
    s0 += (own[f] as number) * (rows[start + f] as number);
    s1 += (own[f + 1] as number) * (rows[start + f + 1] as number);
    s2 += (own[f + 2] as number) * (rows[start + f + 2] as number);
    s3 += (own[f + 3] as number) * (rows[start + f + 3] as number);
  }
  for (let f = even; f < length; f += 1) s0 += (own[f] as number) * (rows[start + f] as number);
  return s0 + s1 + (s2 + s3);
}

/** For each poll the elements of largest absolute value among those offered: a heap each, the smallest one first. */
class LargestLists {
  readonly #width: number;
  readonly #sizes: Int32Array;
  readonly #places: Int32Array;
  readonly #weights: Float32Array;

  constructor(count: number, width: number) {
    this.#width = width;
    this.#sizes = new Int32Array(count);
    this.#places = new Int32Array(count * width);
    this.#weights = new Float32Array(count * width);
  }

  offer(list: number, place: number, weight: number): void {
    const start = list * this.#width;
    const size = this.#sizes[list] as number;
    if (size < this.#width) {
      this.#sizes[list] = size + 1;
      this.#rise(start, size, { place, weight });
    } else if (size > 0 && Math.abs(weight) > Math.abs(this.#weights[start] as number)) {
      this.#sink(start, { place, weight });
    }
  }

  finish(): Neighbours {
    this.#sizes.forEach((size, list) => {
      this.#places.fill(list, list * this.#width + size, (list + 1) * this.#width);
    });
    return { width: this.#width, places: this.#places, weights: this.#weights };
  }

  #rise(start: number, from: number, entry: Entry): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (Math.abs(this.#weights[start + parent] as number) <= Math.abs(entry.weight)) break;
      this.#move(start + parent, start + at);
      at = parent;
    }
    this.#put(start + at, entry);
  }

  /** Replaces the smallest. */
  #sink(start: number, entry: Entry): void {
    const end = this.#width;
    const size = (at: number): number => Math.abs(this.#weights[start + at] as number);
    let at = 0;
    for (let child = 1; child < end; child = 2 * at + 1) {
      if (child + 1 < end && size(child + 1) < size(child)) child += 1;
      if (size(child) >= Math.abs(entry.weight)) break;
      this.#move(start + child, start + at);
      at = child;
    }
    this.#put(start + at, entry);
  }

  #move(from: number, to: number): void {
    this.#places[to] = this.#places[from] as number;
    this.#weights[to] = this.#weights[from] as number;
  }

  #put(at: number, { place, weight }: Entry): void {
    this.#places[at] = place;
    this.#weights[at] = weight;
  }
}

interface Entry {
  readonly place: number;
  readonly weight: number;
}
