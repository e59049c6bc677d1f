import { z } from 'zod';
import { BadInputError } from '../../domain/errors.js';
import { PROTOCOLS } from './evaluation-document.js';
import { type PairedTest, pairedTest, type UserMeasure } from './user-summary.js';

/** What a comparison reads of an `EvaluationDocument`. */
const comparable = z
  .object({
    protocol: z.enum(PROTOCOLS),
    recallDenominator: z.enum(['all', 'min']),
    testSet: z.object({ fingerprint: z.string(), users: z.number() }),
    users: z.object({
      ids: z.array(z.string()),
      groups: z.array(z.enum(['warm', 'cold'])),
      metrics: z.record(z.string(), z.array(z.number().nullable())),
    }),
  })
  .refine(
    ({ users: { ids, groups, metrics } }) =>
      [groups, ...Object.values(metrics)].every((column) => column.length === ids.length),
    { message: 'the columns of users differ in length' },
  );
type Comparable = z.infer<typeof comparable>;

/** A file that was read, with the name to call it by. */
export interface NamedDocument {
  readonly name: string;
  readonly document: unknown;
}

/** Both means over the users whom both measured, and the test of (first − second). */
export interface MetricComparison extends PairedTest {
  readonly metric: string;
  readonly group: 'all' | 'warm' | 'cold';
  readonly first: number;
  readonly second: number;
}

/**
 * The paired test on every metric that both have, for all users and, where both kinds are there, for warm and cold ones. p-values are
 * of one metric each, not corrected for their number. Throws BAD_USER_INPUT where a document is none of `hunch evaluate`, or the two
 * are not of one protocol and one test set.
 */
export function compareEvaluations(first: NamedDocument, second: NamedDocument): MetricComparison[] {
  const [a, b] = [read(first), read(second)];
  refuseDifferent(first.name, second.name, [
    ['protocol', a.protocol, b.protocol],
    ['recall denominator', a.recallDenominator, b.recallDenominator],
    ['test set', a.testSet.fingerprint, b.testSet.fingerprint],
  ]);
  const metrics = Object.keys(a.users.metrics).filter((metric) => metric in b.users.metrics);
  const groups = new Set(a.users.groups).size > 1 ? (['all', 'warm', 'cold'] as const) : (['all'] as const);
  return metrics.flatMap((metric) =>
    groups.flatMap((group): MetricComparison[] => {
      const [own, other] = [measuresOf(a, metric, group), measuresOf(b, metric, group)];
      const test = pairedTest(own, other);
      if (test === null) return [];
      const shared = new Set(other.map(({ user }) => user));
      const mean = (values: readonly UserMeasure[]): number =>
        values.reduce((sum, { value }) => sum + value, 0) / values.length;
      const firstMean = mean(own.filter(({ user }) => shared.has(user)));
      return [{ metric, group, first: firstMean, second: firstMean - test.difference, ...test }];
    }),
  );
}

function read({ name, document }: NamedDocument): Comparable {
  const parsed = comparable.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new BadInputError(
    `${name} is not what "hunch evaluate --json" writes: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}.`,
  );
}

function refuseDifferent(
  first: string,
  second: string,
  marks: readonly (readonly [what: string, first: string, second: string])[],
): void {
  for (const [what, a, b] of marks) {
    if (a === b) continue;
    throw new BadInputError(
      `The ${what} of ${first} is ${a}, of ${second} ${b}; only what was measured on the same test rows can be compared. Evaluate both with the same --test, --split and --protocol.`,
    );
  }
}

function measuresOf({ users }: Comparable, metric: string, group: MetricComparison['group']): UserMeasure[] {
  return users.ids.flatMap((user, place) => {
    const value = users.metrics[metric]?.[place] ?? null;
    if (value === null || (group !== 'all' && users.groups[place] !== group)) return [];
    return [{ user, value, items: 1 }];
  });
}
