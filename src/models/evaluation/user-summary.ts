import { twoSidedChance } from './student-t.js';

/** The measure of one user, and how many items it is made of. */
export interface UserMeasure {
  readonly user: string;
  readonly value: number;
  readonly items: number;
}

/** By metric, the values of the users it could be taken of. */
export type UserMeasures = Readonly<Record<string, readonly UserMeasure[]>>;

/** A mean over users, users being the unit. */
export interface UserSummary {
  readonly mean: number;
  /** Standard deviation over users by the root of their number; null for fewer than two. */
  readonly standardError: number | null;
  /** The mean weighted by each user's number of items. */
  readonly weighted: number;
  readonly users: number;
  readonly items: number;
}

/** Null where there is no user. */
export function summariseUsers(measures: readonly UserMeasure[]): UserSummary | null {
  if (measures.length === 0) return null;
  const items = measures.reduce((sum, measure) => sum + measure.items, 0);
  const weighted = measures.reduce((sum, measure) => sum + measure.value * measure.items, 0) / items;
  return {
    ...meanAndError(measures.map((measure) => measure.value)),
    weighted,
    users: measures.length,
    items,
  };
}

export interface PairedTest {
  /** Mean of (first − second) over users who have both. */
  readonly difference: number;
  readonly standardError: number | null;
  /** Difference by its standard error; null where that is 0 or there is none. */
  readonly t: number | null;
  /** Chance of a difference as large where there is none, by Student's t; null for fewer than two users. */
  readonly p: number | null;
  readonly users: number;
}

/**
 * How much better the first is than the second on the same users: much more precise than the difference of two
 * means. Null where they share no user.
 */
export function pairedTest(first: readonly UserMeasure[], second: readonly UserMeasure[]): PairedTest | null {
  const others = new Map(second.map((measure) => [measure.user, measure.value]));
  const differences = first.flatMap((measure) => {
    const other = others.get(measure.user);
    return other === undefined ? [] : [measure.value - other];
  });
  if (differences.length === 0) return null;
  const { mean: difference, standardError } = meanAndError(differences);
  const paired = { difference, standardError, users: differences.length };
  if (standardError === null) return { ...paired, t: null, p: null };
  if (standardError === 0) return { ...paired, t: null, p: difference === 0 ? 1 : 0 };
  const t = difference / standardError;
  return { ...paired, t, p: twoSidedChance(t, differences.length - 1) };
}

function meanAndError(values: readonly number[]): { mean: number; standardError: number | null } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, standardError: null };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, standardError: Math.sqrt(variance / values.length) };
}
