import { type OptionId, optionId, pollId } from '../../src/domain/ids.js';
import { DEFAULT_POLARITY, type Polarity } from '../../src/domain/polarity.js';
import type { TrainingInput } from '../../src/models/personalisation/train-personalisation.js';
import type { TrainingPoll } from '../../src/models/training-poll.js';
import { VoteLogBuilder } from '../../src/models/votes/vote-log.js';
import { Random } from '../../src/samples/random.js';

/** SIDES: agree, disagree, pass. CHOICE: 2 to 6 options without polarity. LEVELS: several options on either side. */
const POLL_KINDS = ['SIDES', 'CHOICE', 'LEVELS'] as const;
export type PollKind = (typeof POLL_KINDS)[number];

/** A user's hidden tastes, and how readily the user answers. */
export interface KnownUser {
  readonly id: string;
  readonly tastes: readonly number[];
  readonly zeal: number;
}

interface KnownOption {
  readonly id: OptionId;
  readonly appeal: number;
  /** By taste. */
  readonly pulls: readonly number[];
}

export interface KnownPoll {
  readonly training: TrainingPoll;
  readonly kind: PollKind;
  readonly options: readonly KnownOption[];
}

export interface KnownTruthOptions {
  readonly seed: number;
  readonly users: number;
  /** Polls of each kind. */
  readonly polls: number;
  /** The chance that a user is shown a poll. */
  readonly shown: number;
  readonly topicOf: (kind: PollKind, place: number) => string;
}

const TASTES = 2;
const PASS = optionId('pass');

/** The default table, and a scale of two positive and two negative levels. */
export const KNOWN_POLARITY: Polarity = new Map([
  ...DEFAULT_POLARITY,
  ...(
    [
      ['love', 1],
      ['like', 1],
      ['dislike', -1],
      ['hate', -1],
    ] as const
  ).map(([id, sign]) => [optionId(id), sign] as const),
]);

/** Every third poll without polarity must be answered, or left. */
const hasPass = (kind: PollKind, place: number): boolean => kind !== 'CHOICE' || place % 3 !== 0;

/**
 * Votes drawn from known chances: a user chooses an option with a chance in proportion to exp(appeal + pulls · tastes), the pass
 * being the less likely the greater the zeal. Tastes are hidden; all kinds of polls depend on the same ones.
 */
export class KnownTruth {
  readonly polls: readonly KnownPoll[];
  readonly training: TrainingInput;
  readonly #random: Random;
  readonly #shown: number;

  constructor({ seed, users, polls, shown, topicOf }: KnownTruthOptions) {
    this.#random = new Random(seed);
    this.#shown = shown;
    this.polls = POLL_KINDS.flatMap((kind) =>
      Array.from({ length: polls }, (_, place) => this.#makePoll(kind, place, topicOf(kind, place))),
    );
    const log = new VoteLogBuilder();
    for (const user of this.makeUsers(users, 'trained')) {
      for (const [place, option] of this.drawVotes(user)) log.add(user.id, place, option);
    }
    this.training = {
      polls: this.polls.map((poll) => poll.training),
      polarity: KNOWN_POLARITY,
      votes: log.build(),
    };
  }

  makeUsers(count: number, prefix: string): KnownUser[] {
    return Array.from({ length: count }, (_, place) => ({
      id: `${prefix}-${place}`,
      tastes: Array.from({ length: TASTES }, () => this.#random.normal()),
      zeal: 0.8 * this.#random.normal(),
    }));
  }

  /** Places of polls and of the options chosen there, among the polls that the user happens to be shown. */
  drawVotes(user: KnownUser): [poll: number, option: number][] {
    return this.polls.flatMap((poll, place): [number, number][] =>
      this.#random.chance(this.#shown) ? [[place, this.#random.place(optionChances(poll, user))]] : [],
    );
  }

  #makePoll(kind: PollKind, place: number, topic: string): KnownPoll {
    const options = this.#makeOptions(kind, place);
    if (hasPass(kind, place)) {
      options.push({ id: PASS, appeal: this.#random.between(-2, 0), pulls: [0, 0] });
    }
    const training = {
      id: pollId(`${kind.toLowerCase()}-${place}`),
      optionIds: options.map((option) => option.id),
      topics: [topic],
      language: null,
      question: '',
    };
    return { training, kind, options };
  }

  #makeOptions(kind: PollKind, place: number): KnownOption[] {
    const pulls = (): number[] => Array.from({ length: TASTES }, () => this.#random.normal());
    if (kind === 'CHOICE') {
      return Array.from({ length: 2 + (place % 5) }, (_, option) => ({
        id: optionId(`choice-${option}`),
        appeal: 0.5 * this.#random.normal(),
        pulls: pulls(),
      }));
    }
    const towards = pulls();
    const option = (id: string, strength: number): KnownOption => ({
      id: optionId(id),
      appeal: 0.5 * this.#random.normal(),
      pulls: towards.map((pull) => strength * pull),
    });
    if (kind === 'SIDES') return [option('agree', 0.7), option('disagree', -0.7)];
    return [option('love', 1.2), option('like', 0.4), option('dislike', -0.4), option('hate', -1.2)];
  }
}

/** By option; they sum to 1. */
export function optionChances({ options }: KnownPoll, { tastes, zeal }: KnownUser): number[] {
  const weights = options.map(({ id, appeal, pulls }) =>
    Math.exp(
      appeal +
        pulls.reduce((sum, pull, taste) => sum + pull * (tastes[taste] as number), 0) -
        (id === PASS ? zeal : 0),
    ),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** The chance of a positive option, given that the user takes a side. */
export function likingChance(poll: KnownPoll, user: KnownUser): number {
  const chances = optionChances(poll, user);
  const side = (sign: number): number =>
    poll.options.reduce(
      (sum, { id }, option) => (KNOWN_POLARITY.get(id) === sign ? sum + (chances[option] as number) : sum),
      0,
    );
  return side(1) / (side(1) + side(-1));
}

export function answerChance(poll: KnownPoll, user: KnownUser): number {
  const chances = optionChances(poll, user);
  return poll.options.reduce(
    (sum, { id }, option) => (id === PASS ? sum : sum + (chances[option] as number)),
    0,
  );
}

/**
 * The AUC that `scores` have in the long run where the item at place n is positive with the chance `chances[n]`: the share of
 * pairs of one positive and one negative item that are in the right order, ties counting one half.
 */
export function expectedAuc(scores: ArrayLike<number>, chances: readonly number[]): number {
  const places = chances.map((_, place) => place);
  places.sort((a, b) => (scores[a] as number) - (scores[b] as number));
  let won = 0;
  let pairs = 0;
  let below = 0;
  for (let start = 0, end = 0; start < places.length; start = end) {
    const score = scores[places[start] as number];
    let [positive, negative, own] = [0, 0, 0];
    for (; end < places.length && scores[places[end] as number] === score; end += 1) {
      const chance = chances[places[end] as number] as number;
      positive += chance;
      negative += 1 - chance;
      // No item makes a pair with itself.
      own += chance * (1 - chance);
    }
    won += positive * below + (positive * negative - own) / 2;
    pairs -= own;
    below += negative;
  }
  const positives = chances.reduce((sum, chance) => sum + chance, 0);
  return won / (pairs + positives * (chances.length - positives));
}
