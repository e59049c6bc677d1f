import type { CatalogueEntry } from '../datasources/catalogue/catalogue-store.js';
import type { PollId } from '../domain/ids.js';
import type { Polarity } from '../domain/polarity.js';
import type { Poll } from '../domain/poll.js';
import type { Clock, Millis } from '../domain/time.js';
import {
  type LivePollStats,
  NO_COUNTS,
  type PollCounts,
  pollCountsOf,
  pollStatsAt,
} from './live-poll-stats.js';

/** The catalogue in memory, kept up to date from the shared store. Reads cost a map look-up. */
export interface LiveCatalogueView {
  poll(id: PollId): Poll | null;
  stats(id: PollId): LivePollStats;
  /** All polls of any status, in no order. */
  polls(): Iterable<Poll>;
  readonly size: number;
}

interface Row {
  readonly poll: Poll;
  readonly counts: PollCounts;
}

/** The live catalogue: polls and their numbers by id, and the orders that lists need. */
export class LiveCatalogue implements LiveCatalogueView {
  readonly #rows = new Map<PollId, Row>();
  readonly #polarity: Polarity;
  readonly #clock: Clock;
  #newest: readonly Poll[] | null = null;
  #popular: readonly Poll[] | null = null;
  #uncounted: readonly Poll[] | null = null;
  #votedSince: readonly Poll[] | null = null;
  #fewVotes: { readonly than: number; readonly polls: readonly Poll[] } | null = null;
  /** The moment that ages of votes are relative to. */
  #newestVoteAt: Millis = 0;
  #countedThrough: Millis = Number.NEGATIVE_INFINITY;
  #firstVoteOdds: number | null = null;

  constructor(options: { readonly polarity: Polarity; readonly clock: Clock }) {
    this.#polarity = options.polarity;
    this.#clock = options.clock;
  }

  /** Takes changed entries over. */
  apply(entries: readonly CatalogueEntry[]): void {
    if (entries.length === 0) return;
    for (const entry of entries) {
      const counts = pollCountsOf(entry, this.#polarity);
      this.#rows.set(entry.poll.id, { poll: entry.poll, counts });
      this.#newestVoteAt = Math.max(this.#newestVoteAt, counts.decayed.at);
      if (
        counts.counted !== null &&
        entry.statistics !== null &&
        counts.counted.through >= this.#countedThrough
      ) {
        this.#countedThrough = counts.counted.through;
        this.#firstVoteOdds = entry.statistics.firstVoteOdds;
      }
    }
    this.#newest = null;
    this.#popular = null;
    this.#uncounted = null;
    this.#votedSince = null;
    this.#fewVotes = null;
  }

  get size(): number {
    return this.#rows.size;
  }

  poll(id: PollId): Poll | null {
    return this.#rows.get(id)?.poll ?? null;
  }

  stats(id: PollId): LivePollStats {
    return pollStatsAt(this.#rows.get(id)?.counts ?? NO_COUNTS, {
      now: this.#clock(),
      newestVoteAt: this.#newestVoteAt,
      firstVoteOdds: this.#firstVoteOdds,
    });
  }

  *polls(): Iterable<Poll> {
    for (const row of this.#rows.values()) yield row.poll;
  }

  /** All polls, newest first; equal times by id, so that every instance agrees. */
  newest(): readonly Poll[] {
    this.#newest ??= [...this.polls()].sort(
      (a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
    );
    return this.#newest;
  }

  /** Polls with fewer than so many votes, newest first. Kept for one number: every list asks for the same. */
  withFewerVotes(than: number): readonly Poll[] {
    if (this.#fewVotes?.than !== than) {
      const polls = this.newest().filter(({ id }) => (this.#rows.get(id)?.counts ?? NO_COUNTS).votes < than);
      this.#fewVotes = { than, polls };
    }
    return this.#fewVotes.polls;
  }

  /** All polls by popularity, votes since the last flow included: what stands in when no predictor answers. */
  popular(): readonly Poll[] {
    this.#popular ??= this.#byScore(this.newest());
    return this.#popular;
  }

  /** Polls with votes since the last flow, most popular first: they may stand higher now than any model puts them. */
  votedSince(): readonly Poll[] {
    this.#votedSince ??= this.#byScore(
      this.newest().filter(({ id }) => {
        const { liveVotes } = this.#rows.get(id)?.counts ?? NO_COUNTS;
        return liveVotes > 0;
      }),
    );
    return this.#votedSince;
  }

  /** Polls that no flow has counted yet: no model can know them. */
  uncounted(): readonly Poll[] {
    this.#uncounted ??= this.newest().filter((poll) => !this.counted(poll.id));
    return this.#uncounted;
  }

  /** Whether a flow has counted the poll: a model made since can know it. */
  counted(id: PollId): boolean {
    return (this.#rows.get(id)?.counts ?? NO_COUNTS).counted !== null;
  }

  #byScore(polls: readonly Poll[]): Poll[] {
    return polls
      .map((poll) => ({ poll, score: this.stats(poll.id).score }))
      .sort((a, b) => b.score - a.score)
      .map(({ poll }) => poll);
  }
}
