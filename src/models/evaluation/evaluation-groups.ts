import { testUsers } from './test-users.js';
import { summariseUsers, type UserMeasures, type UserSummary } from './user-summary.js';
import type { EvaluationSet, TestItem } from './vote-row.js';

/** Metrics of a group of users; null where no user has one. */
export type GroupMetrics = Readonly<Record<string, UserSummary | null>>;

/** `warm`, `cold` and `all` users; groups without a test row are left out. */
export type EvaluationGroups = Readonly<Record<string, GroupMetrics>>;

/** Every measure of every user, column by column. */
export interface UserTable {
  readonly ids: readonly string[];
  readonly groups: readonly TestItem['group'][];
  /** By metric, a value for each of `ids`; null where it can not be taken. */
  readonly metrics: Readonly<Record<string, readonly (number | null)[]>>;
}

export function summariseGroups(
  { items }: Pick<EvaluationSet, 'items'>,
  measures: UserMeasures,
): EvaluationGroups {
  const groupOf = new Map(items.map(({ vote, group }) => [vote.userId, group]));
  const present = new Set(groupOf.values());
  const summaries = (isIn: (user: string) => boolean): GroupMetrics =>
    Object.fromEntries(
      Object.entries(measures).map(([name, values]) => [
        name,
        summariseUsers(values.filter(({ user }) => isIn(user))),
      ]),
    );
  const groups = (['warm', 'cold'] as const)
    .filter((group) => present.has(group))
    .map((group) => [group, summaries((user) => groupOf.get(user) === group)] as const);
  return { ...Object.fromEntries(groups), all: summaries(() => true) };
}

/** Values are kept to a millionth, so that a file of many users stays small. */
const MILLION = 1_000_000;

/** The users of the test in the order in which they first come up in it. */
export function tabulateUsers(
  set: Pick<EvaluationSet, 'items' | 'known'>,
  measures: UserMeasures,
): UserTable {
  const users = testUsers(set);
  return {
    ids: users.map(({ user }) => user),
    groups: users.map(({ group }) => group),
    metrics: Object.fromEntries(
      Object.entries(measures)
        .filter(([, values]) => values.length > 0)
        .map(([name, values]) => {
          const byUser = new Map(
            values.map(({ user, value }) => [user, Math.round(value * MILLION) / MILLION]),
          );
          return [name, users.map(({ user }) => byUser.get(user) ?? null)];
        }),
    ),
  };
}
