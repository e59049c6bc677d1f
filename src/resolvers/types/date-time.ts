import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import type { Millis } from '../../domain/time.js';

const FORM =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const WANTED = 'a date and time of ISO 8601 with its zone, such as 2026-11-23T18:45:00.000Z';

/** Milliseconds since 1970 of an ISO 8601 date-time with a zone; null where the text is none or names no real day. */
export function parseDateTime(text: string): Millis | null {
  const match = FORM.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return null;
  // Day 0 of the next month is the last day of this one; Date would move 30 February into March.
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return null;
  const at = Date.parse(text);
  return Number.isFinite(at) ? at : null;
}

/** Out: ISO 8601 in UTC with milliseconds. In: ISO 8601 with a zone. Inside: milliseconds since 1970. */
export const DateTime = new GraphQLScalarType<Millis, string>({
  name: 'DateTime',
  description:
    'A moment, as ISO 8601. Answers are in UTC with milliseconds (`2026-11-23T18:45:00.000Z`); inputs may have any zone, and must have one.',
  serialize(value) {
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw new GraphQLError(`DateTime wants finite milliseconds, got ${String(value)}.`);
    }
    return new Date(value).toISOString();
  },
  parseValue: (value) => parsed(value),
  parseLiteral: (node) => parsed(node.kind === Kind.STRING ? node.value : null),
});

function parsed(value: unknown): Millis {
  const at = typeof value === 'string' ? parseDateTime(value) : null;
  if (at === null) throw new GraphQLError(`DateTime wants ${WANTED}.`);
  return at;
}
