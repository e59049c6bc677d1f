import type { PlaceLog, TargetPolicy } from '../../src/models/evaluation/off-policy/place-log.js';
import { Random } from '../../src/samples/random.js';

export interface SyntheticPlaces {
  readonly log: PlaceLog;
  readonly target: TargetPolicy;
  /** The policy that answered, as a target. */
  readonly logging: TargetPolicy;
  /** True mean reward of a place under the target policy. */
  readonly truth: number;
}

export interface SyntheticOptions {
  readonly seed: number;
  readonly users: number;
  readonly positions?: number;
  readonly polls?: number;
}

/** Users do not answer alike: each has a factor, the same at all places. */
const LEAST_FACTOR = 0.4;
const MOST_FACTOR = 1.6;

/** A log with known propensities: polls of different worth, positions that are looked at less and less, users that differ. */
export function syntheticPlaces({
  seed,
  users,
  positions = 5,
  polls = 8,
}: SyntheticOptions): SyntheticPlaces {
  const random = new Random(seed);
  const worth = Array.from({ length: polls }, () => random.between(0.1, 0.6));
  const places = users * positions;
  const column = (): Float64Array => new Float64Array(places);
  const log = {
    poll: new Int32Array(places),
    position: new Int32Array(places),
    reward: column(),
    cluster: new Int32Array(places),
    propensity: column(),
    pollCount: polls,
    positionCount: positions,
    clusterCount: users,
  };
  const policy = () => {
    const probabilities = new Float64Array(places * polls);
    return {
      shown: column(),
      unsupported: column(),
      probabilities,
      chancesAt: (place: number) =>
        worth.map((_, poll) => ({ poll, probability: probabilities[place * polls + poll] ?? 0 })),
    };
  };
  const [logging, target] = [policy(), policy()];
  let truth = 0;
  for (let user = 0; user < users; user += 1) {
    const factor = random.between(LEAST_FACTOR, MOST_FACTOR);
    const weights = worth.map((value) => 0.2 + value * random.uniform());
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (let position = 0; position < positions; position += 1) {
      const place = user * positions + position;
      const looked = 1 / (1 + position / 2);
      const shown = random.place(weights);
      // The target likes the better polls more, and puts some of its mass on any.
      const wanted = worth.map((value) => 0.02 + value ** 2);
      const allWanted = wanted.reduce((sum, value) => sum + value, 0);
      worth.forEach((value, poll) => {
        logging.probabilities[place * polls + poll] = (weights[poll] ?? 0) / total;
        target.probabilities[place * polls + poll] = (wanted[poll] ?? 0) / allWanted;
        truth += (((wanted[poll] ?? 0) / allWanted) * value * looked) / places;
      });
      log.poll[place] = shown;
      log.position[place] = position;
      log.cluster[place] = user;
      log.propensity[place] = logging.probabilities[place * polls + shown] ?? 0;
      log.reward[place] = random.chance((worth[shown] ?? 0) * looked * factor) ? 1 : 0;
      logging.shown[place] = log.propensity[place] ?? 0;
      target.shown[place] = target.probabilities[place * polls + shown] ?? 0;
    }
  }
  return { log, target, logging, truth };
}
