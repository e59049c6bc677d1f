import { MAX_OPTIONS } from '../../domain/poll.js';
import type { TrainingPoll } from '../training-poll.js';

/** Finds the places of polls and options by their ids. */
export class PollPlaces {
  readonly #places: ReadonlyMap<
    string,
    { readonly poll: number; readonly options: ReadonlyMap<string, number> }
  >;

  constructor(polls: readonly TrainingPoll[]) {
    this.#places = new Map(
      polls.map(({ id, optionIds }, poll) => [
        id,
        { poll, options: new Map(optionIds.map((option, place) => [option, place])) },
      ]),
    );
  }

  /** Null where the poll is not in the catalogue or has no such option among its first MAX_OPTIONS. */
  find(pollId: string, optionId: string): { readonly poll: number; readonly option: number } | null {
    const place = this.#places.get(pollId);
    const option = place?.options.get(optionId);
    return place === undefined || option === undefined || option >= MAX_OPTIONS
      ? null
      : { poll: place.poll, option };
  }
}
