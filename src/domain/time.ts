/** Milliseconds since 1970-01-01 UTC. All times inside the service are of this type. */
export type Millis = number;

export const SECOND: Millis = 1_000;
export const MINUTE: Millis = 60 * SECOND;
export const HOUR: Millis = 60 * MINUTE;
export const DAY: Millis = 24 * HOUR;

/** Tells the time; handed in, so that tests decide what time it is. */
export type Clock = () => Millis;
