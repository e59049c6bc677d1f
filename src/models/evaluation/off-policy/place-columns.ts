import type { OptionId, PollId } from '../../../domain/ids.js';
import type { LoggedAnswer } from '../../../domain/logged-answer.js';
import type { VoteCredits } from './credit-votes.js';
import { OTHER_POLLS, type PlaceLog, type TargetPolicy } from './place-log.js';
import { loggedChances, type PollChance, type TargetRule } from './target-rule.js';

export interface PlaceColumnsOptions {
  readonly answers: readonly LoggedAnswer[];
  readonly credits: VoteCredits;
  /** What a vote for the option is worth, 0 to 1; a place without a vote is worth 0. */
  readonly rewardOf: (option: OptionId) => number;
  readonly target: TargetRule;
}

export interface PlaceColumns {
  readonly log: PlaceLog;
  readonly target: TargetPolicy;
  /** Places of which the target is not known. */
  readonly leftOut: number;
}

/** Numbers for anything that is told apart by a key, from 0 in the order of their coming up. */
class Numbers<Key> {
  readonly #numbers = new Map<Key, number>();

  of(key: Key): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  get size(): number {
    return this.#numbers.size;
  }
}

/** Lays the places of answers out as columns, with what was won at each and what the target policy would show there. */
export function placeColumns({ answers, credits, rewardOf, target }: PlaceColumnsOptions): PlaceColumns {
  const [polls, clusters] = [new Numbers<PollId>(), new Numbers<string>()];
  const log = { poll: [], position: [], reward: [], cluster: [], propensity: [] } as Record<
    'poll' | 'position' | 'reward' | 'cluster' | 'propensity',
    number[]
  >;
  const [shown, unsupported]: [number[], number[]] = [[], []];
  const whereabouts: { readonly answer: LoggedAnswer; readonly index: number }[] = [];
  const numberOf = (poll: PollId | null): number => (poll === null ? OTHER_POLLS : polls.of(poll));
  let [leftOut, positionCount] = [0, 0];
  for (const answer of answers) {
    const options = credits.options.get(answer.recommendationId);
    const owner = credits.owners.get(answer.recommendationId);
    // Users and answers are different things with ids of their own.
    const cluster = owner === undefined ? `answer ${answer.recommendationId}` : `user ${owner}`;
    for (const [index, place] of answer.places.entries()) {
      const chances = target(answer, index);
      if (chances === null) {
        leftOut += 1;
        continue;
      }
      const option = options?.get(place.pollId);
      log.poll.push(polls.of(place.pollId));
      log.position.push(place.position);
      log.reward.push(option === undefined ? 0 : rewardOf(option));
      log.cluster.push(clusters.of(cluster));
      log.propensity.push(place.propensity);
      positionCount = Math.max(positionCount, place.position + 1);
      for (const { pollId } of chances) numberOf(pollId);
      shown.push(massOn(chances, (pollId) => pollId === place.pollId));
      unsupported.push(unsupportedMass(chances, loggedChances(answer, index) ?? []));
      whereabouts.push({ answer, index });
    }
  }
  return {
    log: {
      poll: Int32Array.from(log.poll),
      position: Int32Array.from(log.position),
      reward: Float64Array.from(log.reward),
      cluster: Int32Array.from(log.cluster),
      propensity: Float64Array.from(log.propensity),
      pollCount: polls.size,
      positionCount,
      clusterCount: clusters.size,
    },
    target: {
      shown: Float64Array.from(shown),
      unsupported: Float64Array.from(unsupported),
      chancesAt(place) {
        const where = whereabouts[place];
        const chances = where === undefined ? null : target(where.answer, where.index);
        return (chances ?? []).map(({ pollId, probability }) => ({ poll: numberOf(pollId), probability }));
      },
    },
    leftOut,
  };
}

function massOn(chances: readonly PollChance[], holds: (pollId: PollId | null) => boolean): number {
  return chances.reduce((sum, { pollId, probability }) => (holds(pollId) ? sum + probability : sum), 0);
}

/**
 * The probability that goes to polls the logging policy never shows there. Where that may show polls which the log does not list,
 * a poll that is not listed counts as one of these.
 */
function unsupportedMass(chances: readonly PollChance[], logged: readonly PollChance[]): number {
  const isPossible = (chance: PollChance): boolean => chance.probability > 0;
  // Two policies of one kind list the same polls in the same order, which saves looking each of them up.
  const isAlike = chances.every(({ pollId }, at) => pollId === logged[at]?.pollId);
  if (isAlike && logged.every(isPossible)) return 0;
  const possible = new Set(logged.filter(isPossible).map(({ pollId }) => pollId));
  return massOn(chances, (pollId) => !possible.has(pollId) && !possible.has(null));
}
