/** A tenth of the polls, by votes in the training part, and what falls on it. */
export interface PopularityDecile {
  /** 1 holds the most-voted polls. */
  readonly decile: number;
  readonly polls: number;
  /** Share of the training votes. */
  readonly training: number;
  /** Share of the test items: what users went on to vote on. */
  readonly test: number;
  /** Share of the places of the lists. */
  readonly listed: number;
}

export interface DecileCounts {
  /** Every poll of the catalogue; its order decides between equal counts. */
  readonly polls: readonly string[];
  readonly training: ReadonlyMap<string, number>;
  readonly test: ReadonlyMap<string, number>;
  readonly listed: ReadonlyMap<string, number>;
}

const TENTHS = 10;

/** Votes, test items and list places by tenths of the catalogue. Polls outside the catalogue are left out. */
export function popularityDeciles({ polls, training, test, listed }: DecileCounts): PopularityDecile[] {
  const votes = (poll: string): number => training.get(poll) ?? 0;
  const ordered = [...polls].sort((a, b) => votes(b) - votes(a));
  const sum = (of: readonly string[], counts: ReadonlyMap<string, number>): number =>
    of.reduce((total, poll) => total + (counts.get(poll) ?? 0), 0);
  const totals = [training, test, listed].map((counts) => Math.max(1, sum(ordered, counts)));
  return Array.from({ length: TENTHS }, (_, tenth) => {
    const from = Math.floor((tenth * ordered.length) / TENTHS);
    const own = ordered.slice(from, Math.floor(((tenth + 1) * ordered.length) / TENTHS));
    const share = (counts: ReadonlyMap<string, number>, of: number): number =>
      sum(own, counts) / (totals[of] as number);
    return {
      decile: tenth + 1,
      polls: own.length,
      training: share(training, 0),
      test: share(test, 1),
      listed: share(listed, 2),
    };
  });
}

/**
 * How far the popularity of what is listed is from that of what users vote on: half the sum of the absolute differences of the shares,
 * 0 where they are equal, 1 where nothing is in common (total variation distance).
 */
export const popularityDeviation = (deciles: readonly PopularityDecile[]): number =>
  deciles.reduce((sum, { test, listed }) => sum + Math.abs(test - listed), 0) / 2;
