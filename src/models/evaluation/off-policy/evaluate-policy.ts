import type { PlaceLog, TargetPolicy } from './place-log.js';
import {
  type ClusteredMean,
  clusteredMean,
  ESTIMATORS,
  type Estimator,
  effectiveSampleSize,
  meanOf,
  type PolicyValue,
  policyValue,
} from './policy-value.js';
import { foretellRewards } from './reward-model.js';

/** Weights nearer to 1 than this do not tell the two policies apart. */
const SAME_WEIGHT = 1e-9;

export interface PolicyEvaluation {
  readonly places: number;
  /** Users or answers. */
  readonly clusters: number;
  /** Null where the log is empty. */
  readonly logged: ClusteredMean | null;
  /** Null where nothing can be said: an empty log, or weights that are all 0. */
  readonly estimates: Readonly<Record<Estimator, PolicyValue | null>>;
  readonly support: SupportReport;
}

/** How well the log covers what the target policy would show. */
export interface SupportReport {
  readonly effectiveSampleSize: number;
  /** Places whose poll is more or less likely under the target policy, and the effective size of these alone. */
  readonly changedPlaces: number;
  readonly changedEffectiveSampleSize: number;
  /** Mean probability of a place that the target policy gives to polls the logging policy never shows there. */
  readonly unsupportedShare: number;
  /** Of the importance weights: 1 less `unsupportedShare` but for chance, where the propensities are true. */
  readonly meanWeight: ClusteredMean | null;
  readonly largestWeight: number;
}

/** Estimates what another policy is worth on the places of a log, by all estimators. */
export function evaluatePolicy(log: PlaceLog, target: TargetPolicy): PolicyEvaluation {
  const weight = target.shown.map((probability, place) => probability / (log.propensity[place] ?? 1));
  const foretold = foretellRewards(log, target);
  const { cluster, clusterCount, reward } = log;
  const places = {
    reward,
    weight,
    foretoldShown: foretold.shown,
    foretoldTarget: foretold.target,
    cluster,
    clusterCount,
  };
  const estimates = ESTIMATORS.map((name) => [name, policyValue(name, places)] as const);
  const changed = weight.filter((value) => Math.abs(value - 1) > SAME_WEIGHT);
  return {
    places: reward.length,
    clusters: clusterCount,
    logged: clusteredMean(reward, log),
    estimates: Object.fromEntries(estimates) as Record<Estimator, PolicyValue | null>,
    support: {
      effectiveSampleSize: effectiveSampleSize(weight),
      changedPlaces: changed.length,
      changedEffectiveSampleSize: effectiveSampleSize(changed),
      unsupportedShare: meanOf(target.unsupported),
      meanWeight: clusteredMean(weight, log),
      largestWeight: weight.reduce((largest, value) => Math.max(largest, value), 0),
    },
  };
}
