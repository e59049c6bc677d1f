/** Which places belong together and are not independent of each other. */
export interface Clusters {
  readonly cluster: Int32Array;
  readonly clusterCount: number;
}

/** What an estimator sees of each place. */
export interface WeightedPlaces extends Clusters {
  readonly reward: Float64Array;
  /** Probability of the poll shown under the target policy ÷ under the policy that answered. */
  readonly weight: Float64Array;
  /** Reward foretold of the poll shown. */
  readonly foretoldShown: Float64Array;
  /** Reward foretold of the target policy. */
  readonly foretoldTarget: Float64Array;
}

export const ESTIMATORS = ['ips', 'snips', 'dm', 'dr'] as const;
export type Estimator = (typeof ESTIMATORS)[number];

/** A mean over places, with its standard error clustered by user or answer; null where there are fewer than two clusters. */
export interface ClusteredMean {
  readonly mean: number;
  readonly standardError: number | null;
}

export interface PolicyValue {
  /** Mean reward of a place under the target policy. */
  readonly value: ClusteredMean;
  /** The same less the mean reward that was logged. What is common to both, place by place, is not in its error. */
  readonly difference: ClusteredMean;
}

/**
 * The value of the target policy:
 *
 * - `ips`: inverse propensity scoring, Σ w·r / n (Horvitz and Thompson, 1952);
 * - `snips`: self-normalised, Σ w·r / Σ w (Swaminathan and Joachims, 2015);
 * - `dm`: direct method, Σ q(target) / n, with q what the reward model foretells;
 * - `dr`: doubly robust, Σ [q(target) + w·(r − q(shown))] / n (Dudík, Langford and Li, 2011).
 *
 * Standard errors are those of the estimator's linearisation, summed within clusters first. `dm` takes that of `dr`: most of its
 * error is that of the reward model, which its own terms do not show, and for a model with a parameter for each poll and place the two
 * linearisations are the same. Null where there is no place, or for `snips` no weight.
 */
export function policyValue(estimator: Estimator, places: WeightedPlaces): PolicyValue | null {
  const { reward } = places;
  if (reward.length === 0 || (estimator === 'snips' && meanOf(places.weight) === 0)) return null;
  const value = meanOf(TERMS[estimator](places));
  const deviations = influence(estimator, places);
  const logged = meanOf(reward);
  return {
    value: { mean: value, standardError: clusteredError(deviations, places) },
    difference: {
      mean: value - logged,
      standardError: clusteredError(
        deviations.map((part, place) => part - ((reward[place] ?? 0) - logged)),
        places,
      ),
    },
  };
}

/** What each place adds to an estimate, which is the mean of these. */
const TERMS: Readonly<Record<Estimator, (places: WeightedPlaces) => Float64Array>> = {
  ips: ({ reward, weight }) => reward.map((value, place) => value * (weight[place] ?? 0)),
  snips(places) {
    const meanWeight = meanOf(places.weight);
    return TERMS.ips(places).map((term) => term / meanWeight);
  },
  dm: ({ foretoldTarget }) => foretoldTarget,
  dr: ({ reward, weight, foretoldShown, foretoldTarget }) =>
    foretoldTarget.map(
      (foretold, place) =>
        foretold + (weight[place] ?? 0) * ((reward[place] ?? 0) - (foretoldShown[place] ?? 0)),
    ),
};

/** How far each place moves the estimate from its limit, to first order; the mean is 0. */
function influence(estimator: Estimator, places: WeightedPlaces): Float64Array {
  const terms = TERMS[estimator === 'dm' ? 'dr' : estimator](places);
  const value = meanOf(terms);
  if (estimator !== 'snips') return terms.map((term) => term - value);
  // Of a ratio of two sums it is the residual of each place.
  const meanWeight = meanOf(places.weight);
  return terms.map((term, place) => term - (value * (places.weight[place] ?? 0)) / meanWeight);
}

/** The plain mean of one value a place, such as the rewards that were logged. Null where there is no place. */
export function clusteredMean(values: Float64Array, clusters: Clusters): ClusteredMean | null {
  if (values.length === 0) return null;
  const mean = meanOf(values);
  return {
    mean,
    standardError: clusteredError(
      values.map((value) => value - mean),
      clusters,
    ),
  };
}

/** (Σ w)² / Σ w²: as many places of equal weight would tell as much (Kish, 1965). 0 where all weights are 0. */
export function effectiveSampleSize(weights: Float64Array): number {
  let [sum, squares] = [0, 0];
  for (const weight of weights) {
    sum += weight;
    squares += weight * weight;
  }
  return squares === 0 ? 0 : (sum * sum) / squares;
}

export const meanOf = (values: Float64Array): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** The standard error of a mean from each place's deviation, places of a cluster taken together. */
function clusteredError(deviations: Float64Array, { cluster, clusterCount }: Clusters): number | null {
  if (clusterCount < 2) return null;
  const sums = new Float64Array(clusterCount);
  deviations.forEach((deviation, place) => {
    const which = cluster[place] ?? 0;
    sums[which] = (sums[which] ?? 0) + deviation;
  });
  const squares = sums.reduce((total, sum) => total + sum * sum, 0);
  return Math.sqrt((squares * clusterCount) / (clusterCount - 1)) / deviations.length;
}
