import type { Poll } from '../domain/poll.js';
import type { Candidate } from './candidate.js';

/** A candidate and what it is worth before diversity, in spreads of the scores (see `rerank`). */
export interface WeighedCandidate {
  readonly candidate: Candidate;
  readonly worth: number;
}

/** How alike two polls are, 0 to 1. As a matrix over polls it must be positive semi-definite; any cosine is. */
export type Likeness = (a: Poll, b: Poll) => number;

/** A poll is held against at least so many places before it, and at most twice as many: what is further up has left the screen. */
const WINDOW = 10;
/** Part of its own that no poll shares with another: two of the same text are nearly one, and the kernel stays regular. */
const OWN_PART = 0.01;

/** A poll and its row of the Cholesky factor of the kernel, as far as it has been computed. */
interface Row {
  readonly poll: Poll;
  readonly values: number[];
  /** 1 less the squares of the values: what the kernel leaves of the poll when the window is known. */
  residual: number;
}

interface Waiting extends WeighedCandidate {
  row: Row;
}

const newRow = (poll: Poll): Row => ({ poll, values: [], residual: 1 });

/**
 * The order in which candidates take places, worth against likeness: greedy MAP inference for a determinantal point process
 * (Chen, Zhang and Zhou, "Fast Greedy MAP Inference for Determinantal Point Process to Improve Recommendation Diversity", 2018)
 * over a sliding window. Each place goes to the largest
 *
 *     worth + strength · ½ log(residual),
 *
 * where the residual is 1 for a poll unlike all in the window and near 0 for a copy of one. Rows are brought up to date only for
 * candidates whose worth can still win.
 */
export class DiverseOrder {
  /** Most worth first; equal ones in the order given. */
  readonly #waiting: Waiting[];
  readonly #strength: number;
  readonly #likeness: Likeness;
  #window: Row[] = [];

  constructor(
    candidates: readonly WeighedCandidate[],
    options: { readonly strength: number; readonly likeness: Likeness },
  ) {
    this.#waiting = candidates
      .map(({ candidate, worth }) => ({ candidate, worth, row: newRow(candidate.poll) }))
      .sort((a, b) => b.worth - a.worth);
    this.#strength = options.strength;
    this.#likeness = options.likeness;
  }

  /** Who takes the next place if nobody else does; null where all have one. */
  best(): Candidate | null {
    let best: Candidate | null = null;
    let value = Number.NEGATIVE_INFINITY;
    for (const { candidate, worth, row } of this.#waiting) {
      // Likeness only lowers: nobody further down can do better.
      if (worth <= value) break;
      const discounted = worth + this.#discount(row);
      if (discounted > value) {
        best = candidate;
        value = discounted;
      }
    }
    return best;
  }

  /** The next place is taken by `poll`, a candidate or any other. */
  place(poll: Poll): void {
    if (this.#window.length === 2 * WINDOW) this.#slide();
    const index = this.#waiting.findIndex(({ candidate }) => candidate.poll.id === poll.id);
    const [taken] = index < 0 ? [] : this.#waiting.splice(index, 1);
    if (this.#strength > 0) this.#enter(taken?.row ?? newRow(poll));
  }

  /** Begins anew with the last places. */
  #slide(): void {
    const kept = this.#window.slice(-WINDOW);
    this.#window = [];
    for (const { poll } of kept) this.#enter(newRow(poll));
    for (const waiting of this.#waiting) waiting.row = newRow(waiting.candidate.poll);
  }

  #enter(row: Row): void {
    this.#update(row);
    row.values.push(Math.sqrt(row.residual));
    this.#window.push(row);
  }

  #discount(row: Row): number {
    if (this.#strength === 0) return 0;
    this.#update(row);
    return (this.#strength / 2) * Math.log(row.residual);
  }

  /** Takes in what the poll has in common with those that came into the window since the last time. */
  #update(row: Row): void {
    const { poll, values } = row;
    for (let at = values.length; at < this.#window.length; at++) {
      const other = this.#window[at] as Row;
      let value = (1 - OWN_PART) * this.#likeness(other.poll, poll);
      for (let n = 0; n < at; n++) value -= (values[n] as number) * (other.values[n] as number);
      value /= other.values[at] as number;
      values.push(value);
      row.residual = Math.max(OWN_PART, row.residual - value * value);
    }
  }
}
