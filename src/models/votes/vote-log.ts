import { stableHash } from './stable-hash.js';

/** Votes of many users, user by user, in the order given: thirteen bytes a vote and eight a user. */
export interface VoteLog {
  readonly userCount: number;
  readonly voteCount: number;
  /** Votes of user u are those from `starts[u]` up to, not including, `starts[u + 1]`. */
  readonly starts: Uint32Array;
  /** Stable hash of each user's id, for samples that do not depend on the order of users. */
  readonly userHashes: Uint32Array;
  /** Place of the poll in the catalogue. */
  readonly polls: Int32Array;
  /** Place of the option among the poll's options. */
  readonly options: Uint8Array;
  /** When the vote was given, in milliseconds since 1970; NaN where that is not known. */
  readonly times: Float64Array;
}

/** Whether the votes carry an order in time: some two of them were not given at the same time. */
export function carriesOrder({ times }: Pick<VoteLog, 'times'>): boolean {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const time of times) {
    // Neither holds for NaN.
    if (time < first) first = time;
    if (time > last) last = time;
  }
  return first < last;
}

/** Collects votes that come sorted by user (all votes of a user in a row). */
export class VoteLogBuilder {
  #starts = new Uint32Array(1024);
  #hashes = new Uint32Array(1024);
  #polls = new Int32Array(16_384);
  #options = new Uint8Array(16_384);
  #times = new Float64Array(16_384);
  #userCount = 0;
  #voteCount = 0;
  #lastUser: string | null = null;

  add(user: string, poll: number, option: number, votedAt: number | null = null): void {
    if (user !== this.#lastUser) this.#addUser(user);
    if (this.#voteCount === this.#polls.length) {
      this.#polls = grown(this.#polls, Int32Array);
      this.#options = grown(this.#options, Uint8Array);
      this.#times = grown(this.#times, Float64Array);
    }
    this.#polls[this.#voteCount] = poll;
    this.#options[this.#voteCount] = option;
    this.#times[this.#voteCount] = votedAt ?? Number.NaN;
    this.#voteCount += 1;
  }

  /** The votes so far; the builder may be added to afterwards without changing them. */
  build(): VoteLog {
    const starts = new Uint32Array(this.#userCount + 1);
    starts.set(this.#starts.subarray(0, this.#userCount));
    starts[this.#userCount] = this.#voteCount;
    return {
      userCount: this.#userCount,
      voteCount: this.#voteCount,
      starts,
      userHashes: this.#hashes.slice(0, this.#userCount),
      polls: this.#polls.slice(0, this.#voteCount),
      options: this.#options.slice(0, this.#voteCount),
      times: this.#times.slice(0, this.#voteCount),
    };
  }

  #addUser(user: string): void {
    if (this.#userCount === this.#starts.length) {
      this.#starts = grown(this.#starts, Uint32Array);
      this.#hashes = grown(this.#hashes, Uint32Array);
    }
    this.#starts[this.#userCount] = this.#voteCount;
    this.#hashes[this.#userCount] = stableHash(user);
    this.#userCount += 1;
    this.#lastUser = user;
  }
}

function grown<T extends Int32Array | Uint32Array | Uint8Array | Float64Array>(
  array: T,
  Kind: new (length: number) => T,
): T {
  const larger = new Kind(array.length * 2);
  larger.set(array);
  return larger;
}
