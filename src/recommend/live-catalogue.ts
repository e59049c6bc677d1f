import type { CatalogueEntry } from '../datasources/catalogue/catalogue-store.js';
import type { OptionId, PollId } from '../domain/ids.js';
import type { Polarity } from '../domain/polarity.js';
import type { Poll } from '../domain/poll.js';
import { type OptionVotes, popularityScore, smoothedAgreeShare } from '../domain/popularity.js';
import { type Clock, DAY } from '../domain/time.js';

/** A poll's numbers as of now: the flow's counts and the votes since. */
export interface LivePollStats {
  readonly votes: number;
  readonly votesLastDay: number;
  /** The popularity that lists are ordered by. */
  readonly score: number;
  /** Rise of the last day over the poll's own past, as the last flow saw it. */
  readonly trend: number;
  readonly optionVotes: ReadonlyMap<OptionId, number>;
}

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
  readonly stats: LivePollStats;
  readonly counted: boolean;
}

const NO_STATS: LivePollStats = { votes: 0, votesLastDay: 0, score: 0, trend: 0, optionVotes: new Map() };

/** A poll that no flow has counted has no topic prior; half is the share that says nothing. */
const NEUTRAL_SHARE = 0.5;

function statsOf(entry: CatalogueEntry, polarity: Polarity, now: number): LivePollStats {
  const { statistics, liveVotes } = entry;
  const optionVotes = new Map<OptionId, number>();
  for (const { optionId, votes } of statistics?.optionVotes ?? []) optionVotes.set(optionId, votes);
  let live = 0;
  for (const { optionId, votes } of liveVotes) {
    live += votes;
    optionVotes.set(optionId, Math.max(0, (optionVotes.get(optionId) ?? 0) + votes));
  }
  let total = 0;
  const counts: OptionVotes[] = [];
  for (const [optionId, votes] of optionVotes) {
    total += votes;
    counts.push({ optionId, votes });
  }
  // Counts of an older run say nothing about the last day; votes taken in since are all younger than that run.
  const fresh = statistics !== null && now - statistics.through < DAY;
  const lastDay = (fresh ? statistics.votesLastDay : 0) + live;
  const share = smoothedAgreeShare(counts, polarity, statistics?.priorShare ?? NEUTRAL_SHARE);
  return {
    votes: total,
    votesLastDay: Math.max(0, Math.min(lastDay, total)),
    score: popularityScore(Math.max(0, (statistics?.decayedVotes ?? 0) + live), share),
    trend: statistics?.trend ?? 0,
    optionVotes,
  };
}

/** The live catalogue: polls and their numbers by id, and the orders that lists need. */
export class LiveCatalogue implements LiveCatalogueView {
  readonly #rows = new Map<PollId, Row>();
  readonly #polarity: Polarity;
  readonly #clock: Clock;
  #newest: readonly Poll[] | null = null;
  #popular: readonly Poll[] | null = null;
  #uncounted: readonly Poll[] | null = null;

  constructor(options: { readonly polarity: Polarity; readonly clock: Clock }) {
    this.#polarity = options.polarity;
    this.#clock = options.clock;
  }

  /** Takes changed entries over. */
  apply(entries: readonly CatalogueEntry[]): void {
    if (entries.length === 0) return;
    const now = this.#clock();
    for (const entry of entries) {
      const counted = entry.statistics !== null;
      this.#rows.set(entry.poll.id, {
        poll: entry.poll,
        stats: statsOf(entry, this.#polarity, now),
        counted,
      });
    }
    this.#newest = null;
    this.#popular = null;
    this.#uncounted = null;
  }

  get size(): number {
    return this.#rows.size;
  }

  poll(id: PollId): Poll | null {
    return this.#rows.get(id)?.poll ?? null;
  }

  stats(id: PollId): LivePollStats {
    return this.#rows.get(id)?.stats ?? NO_STATS;
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

  /** All polls by popularity, votes since the last flow included: what stands in when no predictor answers. */
  popular(): readonly Poll[] {
    this.#popular ??= [...this.newest()].sort((a, b) => this.stats(b.id).score - this.stats(a.id).score);
    return this.#popular;
  }

  /** Polls that no flow has counted yet: no model can know them. */
  uncounted(): readonly Poll[] {
    this.#uncounted ??= this.newest().filter((poll) => !this.counted(poll.id));
    return this.#uncounted;
  }

  /** Whether a flow has counted the poll: a model made since can know it. */
  counted(id: PollId): boolean {
    return this.#rows.get(id)?.counted ?? false;
  }
}
