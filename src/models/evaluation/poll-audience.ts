import type { VoteRow } from './vote-row.js';

/** How many voted on each poll, and how many voted at all. */
export interface VoteCounts {
  readonly users: number;
  readonly votes: ReadonlyMap<string, number>;
}

/**
 * How little known a poll is, in bits: −log2 of the share of users who voted on it, with one more user who voted on everything, so that
 * a poll without votes has a finite figure, log2(users + 1).
 */
export const surpriseOf = (poll: string, { users, votes }: VoteCounts): number =>
  Math.log2((users + 1) / ((votes.get(poll) ?? 0) + 1));

/** Who voted on which poll: at most one vote for each user and poll is expected. */
export class PollAudience {
  readonly counts: VoteCounts;
  readonly #voters: ReadonlyMap<string, Voters>;

  constructor(votes: Iterable<VoteRow>) {
    const users = new Map<string, number>();
    const voters = new Map<string, number[]>();
    for (const { userId, pollId } of votes) {
      const user = users.get(userId) ?? users.size;
      users.set(userId, user);
      const own = voters.get(pollId);
      if (own === undefined) voters.set(pollId, [user]);
      else own.push(user);
    }
    this.counts = {
      users: users.size,
      votes: new Map([...voters].map(([poll, own]) => [poll, own.length])),
    };
    this.#voters = new Map([...voters].map(([poll, own]) => [poll, votersOf(own, users.size)]));
  }

  /** Cosine of two polls' voters: voters of both by the root of the product of the voters of each; 0 where one has none. */
  likeness(first: string, second: string): number {
    const [a, b] = [this.#voters.get(first), this.#voters.get(second)];
    if (a === undefined || b === undefined) return 0;
    const both = a.bits !== null && b.bits !== null ? sharedBits(a.bits, b.bits) : shared(a.sorted, b.sorted);
    return both / Math.sqrt(a.sorted.length * b.sorted.length);
  }
}

interface Voters {
  readonly sorted: Int32Array;
  /** A bit for every user, where that is no longer than the list: quicker to compare. */
  readonly bits: Uint32Array | null;
}

function votersOf(users: readonly number[], userCount: number): Voters {
  const sorted = Int32Array.from(users).sort();
  const words = Math.ceil(userCount / 32);
  if (sorted.length < words) return { sorted, bits: null };
  const bits = new Uint32Array(words);
  for (const user of sorted) bits[user >>> 5] = (bits[user >>> 5] as number) | (1 << (user & 31));
  return { sorted, bits };
}

/** Numbers in both lists. */
function shared(a: Int32Array, b: Int32Array): number {
  let both = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const gap = (a[i] as number) - (b[j] as number);
    if (gap === 0) both += 1;
    if (gap <= 0) i += 1;
    if (gap >= 0) j += 1;
  }
  return both;
}

/** Bits set in both, counted by adding up neighbouring fields of a word (Warren, Hacker's Delight, 5-1). */
function sharedBits(a: Uint32Array, b: Uint32Array): number {
  let both = 0;
  for (let word = 0; word < a.length; word += 1) {
    let bits = (a[word] as number) & (b[word] as number);
    bits -= (bits >>> 1) & 0x55555555;
    bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
    bits = (bits + (bits >>> 4)) & 0x0f0f0f0f;
    both += Math.imul(bits, 0x01010101) >>> 24;
  }
  return both;
}
