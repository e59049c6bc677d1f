import { MINUTE, type Millis } from '../domain/time.js';

const DATE = String.raw`(\d{4})-(\d{2})-(\d{2})`;
const TIME = String.raw`(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?`;
const ZONE = String.raw` ?(?:Z|UTC|([+-])(\d{2})(?::?(\d{2}))?)`;
const ISO = new RegExp(`^${DATE}(?:[T ]${TIME}(?:${ZONE})?)?$`, 'i');
const NUMBER = /^\d+(?:\.\d+)?$/;

/** Numbers from here on are taken for epoch seconds (1973 and later), so that a year or `20260131` is no date. */
const FIRST_SECONDS = 1e8;
/** … and from here on for epoch milliseconds. */
const FIRST_MILLIS = 1e11;
/** The year 5138; what is larger are microseconds or no time at all. */
const LAST_MILLIS = 1e14;

/**
 * The time that a value of a file tells; null where it tells none. Understood are ISO 8601 dates with or without a time
 * (`2026-01-31`, `2026-01-31T18:45:00.123+01:00`, also with a blank for the T and ` UTC` for the Z, as BigQuery writes; without a
 * zone it is UTC; finer than milliseconds is cut off), epoch seconds or milliseconds, as number or text, and dates of Parquet.
 * Times before 1970 count as none.
 */
export function parseTime(value: unknown): Millis | null {
  if (typeof value === 'string') return NUMBER.test(value) ? fromEpoch(Number(value)) : fromIso(value);
  if (typeof value === 'number' || typeof value === 'bigint') return fromEpoch(Number(value));
  if (value instanceof Date) return inRange(value.getTime());
  return null;
}

function fromEpoch(number: number): Millis | null {
  if (!(number >= FIRST_SECONDS && number < LAST_MILLIS)) return null;
  return Math.floor(number < FIRST_MILLIS ? number * 1_000 : number);
}

function fromIso(text: string): Millis | null {
  const parts = ISO.exec(text);
  if (parts === null) return null;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const [hour, minute, second] = [Number(parts[4] ?? 0), Number(parts[5] ?? 0), Number(parts[6] ?? 0)];
  const millis = Number((parts[7] ?? '').slice(0, 3).padEnd(3, '0'));
  if (hour > 23 || minute > 59 || second > 59) return null;
  const offset = Number(parts[9] ?? 0) * 60 + Number(parts[10] ?? 0);
  if (offset > 18 * 60) return null;
  if (month < 1 || month > 12 || day < 1 || (day > 28 && day > daysOf(year, month))) return null;
  const local = Date.UTC(year, month - 1, day, hour, minute, second, millis);
  return inRange(local - (parts[8] === '-' ? -offset : offset) * MINUTE);
}

/** Day 0 of the next month is the last of this one. */
const daysOf = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

const inRange = (millis: number): Millis | null => (millis >= 0 && millis < LAST_MILLIS ? millis : null);
