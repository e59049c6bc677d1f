import { DAY, type Millis } from '../../domain/time.js';
import { surpriseOf, type VoteCounts } from './poll-audience.js';
import { type PopularityDecile, popularityDeciles, popularityDeviation } from './popularity-deciles.js';
import type { UserMeasure, UserMeasures } from './user-summary.js';

/** What the measures of lists need to know of a poll. */
export interface ListedPoll {
  readonly topics: readonly string[];
  /** Null where it is not known. */
  readonly createdAt: Millis | null;
}

export interface ListedCatalogue {
  readonly polls: ReadonlyMap<string, ListedPoll>;
  /** Of the training part. */
  readonly counts: VoteCounts;
  /** 0 to 1, how much two polls are voted on by the same users; null where that is not to be measured. */
  readonly likeness: ((first: string, second: string) => number) | null;
}

/** A list that a user got. */
export interface UserList {
  readonly user: string;
  /** Best first. */
  readonly polls: readonly string[];
  /** When it would have been shown; null where the test has no times. */
  readonly at: Millis | null;
}

/** What lists of one length are like, all users together. */
export interface ListSummary {
  readonly length: number;
  readonly lists: number;
  /** Share of the catalogue that is on at least one list. */
  readonly coverage: number;
  readonly popularityDeviation: number;
  readonly deciles: readonly PopularityDecile[];
}

/** Takes lists one by one and keeps what they are like, not the lists. */
export class ListTally {
  readonly #catalogue: ListedCatalogue;
  readonly #length: number;
  readonly #severalTopics: boolean;
  readonly #listed = new Map<string, number>();
  readonly #novelty: UserMeasure[] = [];
  readonly #topicDiversity: UserMeasure[] = [];
  readonly #voterDiversity: UserMeasure[] = [];
  readonly #youngShare: UserMeasure[] = [];
  #lists = 0;

  /** `length`: the first so many polls of each list are looked at. */
  constructor(catalogue: ListedCatalogue, length: number) {
    this.#catalogue = catalogue;
    this.#length = length;
    this.#severalTopics = new Set([...catalogue.polls.values()].flatMap((poll) => poll.topics)).size > 1;
  }

  add({ user, polls, at }: UserList): void {
    const list = polls.slice(0, this.#length);
    this.#lists += 1;
    for (const poll of list) this.#listed.set(poll, (this.#listed.get(poll) ?? 0) + 1);
    if (list.length > 0) {
      const { counts } = this.#catalogue;
      const bits = list.reduce((sum, poll) => sum + surpriseOf(poll, counts), 0);
      this.#novelty.push({ user, value: bits / list.length, items: list.length });
    }
    if (list.length > 1) {
      const { likeness } = this.#catalogue;
      if (likeness !== null) {
        this.#voterDiversity.push({ user, value: 1 - meanOverPairs(list, likeness), items: list.length });
      }
      if (this.#severalTopics) {
        const alike = meanOverPairs(list, (a, b) => sharedTopics(this.#topicsOf(a), this.#topicsOf(b)));
        this.#topicDiversity.push({ user, value: 1 - alike, items: list.length });
      }
    }
    if (at !== null) this.#addYoung(user, list, at);
  }

  /** `novelty10` and so on: measures of each user's list. Those that can not be taken are empty. */
  measures(): UserMeasures {
    const length = this.#length;
    return {
      [`novelty${length}`]: this.#novelty,
      [`topicDiversity${length}`]: this.#topicDiversity,
      [`voterDiversity${length}`]: this.#voterDiversity,
      [`youngShare${length}`]: this.#youngShare,
    };
  }

  /** `test`: how often each poll is among the test items. */
  summary(test: ReadonlyMap<string, number>): ListSummary {
    const { polls, counts } = this.#catalogue;
    const deciles = popularityDeciles({
      polls: [...polls.keys()],
      training: counts.votes,
      test,
      listed: this.#listed,
    });
    return {
      length: this.#length,
      lists: this.#lists,
      coverage: polls.size === 0 ? 0 : this.#listed.size / polls.size,
      popularityDeviation: popularityDeviation(deciles),
      deciles,
    };
  }

  #topicsOf(poll: string): readonly string[] {
    return this.#catalogue.polls.get(poll)?.topics ?? [];
  }

  /** Of the polls that were there at that time. */
  #addYoung(user: string, list: readonly string[], at: Millis): void {
    const ages = list.flatMap((poll) => {
      const createdAt = this.#catalogue.polls.get(poll)?.createdAt ?? null;
      return createdAt === null || createdAt > at ? [] : [at - createdAt];
    });
    if (ages.length === 0) return;
    const young = ages.filter((age) => age < DAY).length;
    this.#youngShare.push({ user, value: young / ages.length, items: ages.length });
  }
}

function meanOverPairs(list: readonly string[], likeness: (a: string, b: string) => number): number {
  let sum = 0;
  list.forEach((first, place) => {
    for (const second of list.slice(place + 1)) sum += likeness(first, second);
  });
  return sum / ((list.length * (list.length - 1)) / 2);
}

/** Topics of both by topics of either (Jaccard); two polls without topics are alike. */
function sharedTopics(first: readonly string[], second: readonly string[]): number {
  const all = new Set([...first, ...second]).size;
  return all === 0 ? 1 : (first.length + second.length - all) / all;
}
