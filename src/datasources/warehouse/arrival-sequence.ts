import { randomInt } from 'node:crypto';
import type { Clock, Millis } from '../../domain/time.js';

/** Arrivals of one millisecond: 64 bits hold these and the milliseconds up to the year 2039. */
const PER_MILLISECOND = 2n ** 22n;
/** Where in its millisecond a batch begins: by chance, so that two processes rarely give the same arrivals. */
const FIRST_BELOW = 2 ** 21;

/** The arrival that comes after all those that were given up to `time`, and before all later ones. */
const arrivalAt = (time: Millis): bigint => BigInt(time) * PER_MILLISECOND;

/** The time that an arrival was given at. */
export const timeOfArrival = (arrival: bigint): Millis => Number(arrival / PER_MILLISECOND);

/** Gives `arrival` to the rows that one process adds: ever larger numbers that follow the time. */
export class ArrivalSequence {
  readonly #clock: Clock;
  #next = 0n;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The first of so many arrivals in a row. */
  take(count: number): bigint {
    const now = arrivalAt(this.#clock()) + BigInt(randomInt(FIRST_BELOW));
    const first = now > this.#next ? now : this.#next;
    this.#next = first + BigInt(count);
    return first;
  }
}
