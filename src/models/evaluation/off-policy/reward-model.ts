import { OTHER_POLLS, type PlaceLog, type TargetPolicy } from './place-log.js';

/** What a reward model foretells of each place, by a model that has not seen the place's own cluster. */
export interface ForetoldRewards {
  /** Of the poll that was shown, 0 to 1. */
  readonly shown: Float64Array;
  /** Of the target policy: the mean over its polls, 0 to 1. */
  readonly target: Float64Array;
}

const FOLDS = 5;
/** Places by which the mean reward of a position is drawn to the mean of all. */
const POSITION_PRIOR_PLACES = 10;
/** Expected rewards by which a poll's ratio is drawn to 1. */
const POLL_PRIOR_REWARDS = 1;

/**
 * Foretells rewards as (mean of the position) × (rewards of the poll ÷ rewards expected from the positions it stood at), both
 * smoothed, at most 1. Cross-fitted: clusters are dealt into five folds, and each fold is foretold from the other four, as
 * doubly robust estimates need it (Chernozhukov et al. 2018). Takes one pass over the log for each fold.
 */
export function foretellRewards(log: PlaceLog, target: TargetPolicy): ForetoldRewards {
  const shown = new Float64Array(log.poll.length);
  const expected = new Float64Array(log.poll.length);
  const folds = Math.min(FOLDS, log.clusterCount);
  for (let fold = 0; fold < folds; fold += 1) {
    const { positionMean, pollRatio } = fitMeans(log, (cluster) => folds > 1 && cluster % folds === fold);
    for (let place = 0; place < log.poll.length; place += 1) {
      if (at(log.cluster, place) % folds !== fold) continue;
      const mean = at(positionMean, at(log.position, place));
      const foretell = (poll: number): number =>
        Math.min(1, mean * (poll === OTHER_POLLS ? 1 : at(pollRatio, poll)));
      shown[place] = foretell(at(log.poll, place));
      let sum = 0;
      for (const { poll, probability } of target.chancesAt(place)) sum += probability * foretell(poll);
      expected[place] = sum;
    }
  }
  return { shown, target: expected };
}

const at = (values: Float64Array | Int32Array, index: number): number => values[index] ?? 0;

/** Means by position and ratios by poll over all places but those of the clusters left out. */
function fitMeans(
  log: PlaceLog,
  isLeftOut: (cluster: number) => boolean,
): { readonly positionMean: Float64Array; readonly pollRatio: Float64Array } {
  const { poll, position, reward, cluster } = log;
  const positionMean = new Float64Array(log.positionCount);
  const counts = new Float64Array(log.positionCount);
  let [total, places] = [0, 0];
  for (let place = 0; place < poll.length; place += 1) {
    if (isLeftOut(at(cluster, place))) continue;
    const [where, value] = [at(position, place), at(reward, place)];
    positionMean[where] = at(positionMean, where) + value;
    counts[where] = at(counts, where) + 1;
    total += value;
    places += 1;
  }
  const overall = places === 0 ? 0 : total / places;
  for (let where = 0; where < positionMean.length; where += 1) {
    positionMean[where] =
      (at(positionMean, where) + POSITION_PRIOR_PLACES * overall) /
      (at(counts, where) + POSITION_PRIOR_PLACES);
  }
  const rewards = new Float64Array(log.pollCount).fill(POLL_PRIOR_REWARDS);
  const expected = new Float64Array(log.pollCount).fill(POLL_PRIOR_REWARDS);
  for (let place = 0; place < poll.length; place += 1) {
    if (isLeftOut(at(cluster, place))) continue;
    const which = at(poll, place);
    rewards[which] = at(rewards, which) + at(reward, place);
    expected[which] = at(expected, which) + at(positionMean, at(position, place));
  }
  return { positionMean, pollRatio: rewards.map((sum, which) => sum / at(expected, which)) };
}
