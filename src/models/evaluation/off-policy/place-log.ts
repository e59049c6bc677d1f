/**
 * Places of logged answers as columns, one entry a place. Each place counts as an observation of its own, whose reward depends on
 * its poll and its position alone (the item-position assumption, as in Li et al. 2018, "Offline evaluation of ranking
 * policies with click models").
 */
export interface PlaceLog {
  /** Number of the poll that was shown, 0 to `pollCount` − 1. */
  readonly poll: Int32Array;
  /** 0 to `positionCount` − 1. */
  readonly position: Int32Array;
  /** 0 to 1. */
  readonly reward: Float64Array;
  /** Number of the user or answer that the place belongs to: places of one are not independent. 0 to `clusterCount` − 1. */
  readonly cluster: Int32Array;
  /** Probability of the poll shown under the policy that answered, in (0, 1]. */
  readonly propensity: Float64Array;
  readonly pollCount: number;
  readonly positionCount: number;
  readonly clusterCount: number;
}

/** Stands for polls that a policy may show but that are not listed one by one. */
export const OTHER_POLLS = -1;

/** One of the polls that a policy may show at a place. */
export interface TargetChance {
  /** Number of the poll in the log, or `OTHER_POLLS`. */
  readonly poll: number;
  readonly probability: number;
}

/** What another policy would show at the places of a log. */
export interface TargetPolicy {
  /** Probability of the poll that was shown, for each place. */
  readonly shown: Float64Array;
  /** For each place the probability that goes to polls which the logging policy never shows there. */
  readonly unsupported: Float64Array;
  /** All that may stand at a place; the probabilities sum to 1. Made when asked for: together they may not fit in memory. */
  chancesAt(place: number): readonly TargetChance[];
}
