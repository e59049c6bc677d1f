import {
  EVENT_KINDS,
  type ImpressionEvent,
  type InteractionEvent,
  type InteractionKind,
  type PollEvent,
  type VoteEvent,
} from '../domain/event.js';
import { type EventId, eventId, type OptionId, type PollId, type UserId } from '../domain/ids.js';
import { DAY, type Millis } from '../domain/time.js';
import {
  isEmpty,
  readFlag,
  readOptionalId,
  readOptionId,
  readPollId,
  readText,
  readTime,
  readUserId,
} from './cells.js';
import { hashEvent } from './event-hash.js';
import { quoteValue, RowFault } from './reject-reason.js';
import type { RowSchema } from './row-reader.js';

export const VOTE_SCHEMA: RowSchema = {
  kind: 'votes',
  required: [['user_id'], ['poll_id'], ['option']],
  optional: ['voted_at', 'event_id', 'is_author', 'recommendation_id'],
  multiLine: [],
};
export const IMPRESSION_SCHEMA: RowSchema = {
  kind: 'impressions',
  required: [['user_id'], ['poll_id']],
  optional: ['seen_at', 'event_id', 'position', 'recommendation_id'],
  multiLine: [],
};
export const INTERACTION_SCHEMA: RowSchema = {
  kind: 'interactions',
  required: [['user_id'], ['poll_id'], ['kind']],
  optional: ['occurred_at', 'event_id', 'recommendation_id'],
  multiLine: [],
};

/** Turns the values of one row into an event, or says what is wrong with them. */
export type EventParser = (values: readonly unknown[]) => PollEvent | RowFault;

export interface EventContext {
  readonly columns: readonly string[];
  /** The poll's options; null for an unknown poll. */
  readonly optionsOf: (poll: PollId) => ReadonlySet<OptionId> | null;
  /** Time of the import: `recordedAt` of all, `occurredAt` of events whose file has no times. */
  readonly now: Millis;
}

const INTERACTION_KINDS: ReadonlySet<string> = new Set(
  EVENT_KINDS.filter((kind) => kind !== 'VOTE' && kind !== 'IMPRESSION'),
);
const isInteractionKind = (text: string): text is InteractionKind => INTERACTION_KINDS.has(text);

export function voteParser(context: EventContext): EventParser {
  const readBase = baseReader(context, 'voted_at');
  const option = cell(context, 'option');
  const isAuthor = cell(context, 'is_author');
  return (values): VoteEvent | RowFault => {
    const base = readBase(values);
    if (base instanceof RowFault) return base;
    const optionId = readOptionId(option(values), 'option');
    if (optionId instanceof RowFault) return optionId;
    if (!base.options.has(optionId)) {
      const known = [...base.options].join(', ');
      return new RowFault(
        'UNKNOWN_OPTION',
        `The poll has the options ${known}; got ${quoteValue(optionId)}.`,
      );
    }
    const author = readFlag(isAuthor(values), 'is_author');
    if (author instanceof RowFault) return author;
    return {
      kind: 'VOTE',
      eventId: idOf(base, optionId),
      userId: base.userId,
      pollId: base.pollId,
      optionId,
      isAuthor: author,
      occurredAt: base.at ?? context.now,
      recordedAt: context.now,
      recommendationId: base.recommendationId,
    };
  };
}

export function impressionParser(context: EventContext): EventParser {
  const readBase = baseReader(context, 'seen_at');
  const position = cell(context, 'position');
  return (values): ImpressionEvent | RowFault => {
    const base = readBase(values);
    if (base instanceof RowFault) return base;
    const place = readPosition(position(values));
    if (place instanceof RowFault) return place;
    return {
      kind: 'IMPRESSION',
      eventId: idOf(base, '@impression'),
      userId: base.userId,
      pollId: base.pollId,
      position: place,
      occurredAt: base.at ?? context.now,
      recordedAt: context.now,
      recommendationId: base.recommendationId,
    };
  };
}

export function interactionParser(context: EventContext): EventParser {
  const readBase = baseReader(context, 'occurred_at');
  const kindOf = cell(context, 'kind');
  return (values): InteractionEvent | RowFault => {
    const base = readBase(values);
    if (base instanceof RowFault) return base;
    const text = readText(kindOf(values), 'kind');
    if (text instanceof RowFault) return text;
    if (text === '') return new RowFault('MISSING_FIELD', 'kind is empty.');
    const kind = text.toUpperCase();
    if (!isInteractionKind(kind)) {
      const wanted = [...INTERACTION_KINDS].join(', ');
      return new RowFault('UNKNOWN_KIND', `kind wants one of ${wanted}; got ${quoteValue(text)}.`);
    }
    return {
      kind,
      eventId: idOf(base, `@${kind.toLowerCase()}`),
      userId: base.userId,
      pollId: base.pollId,
      occurredAt: base.at ?? context.now,
      recordedAt: context.now,
      recommendationId: base.recommendationId,
    };
  };
}

/** What all kinds of event have. */
interface Base {
  readonly userId: UserId;
  readonly pollId: PollId;
  readonly options: ReadonlySet<OptionId>;
  /** Null where the file says none. */
  readonly eventId: string | null;
  readonly at: Millis | null;
  readonly recommendationId: string | null;
}

/** Reads what all kinds of event have. The file has times where its first row has one; then every row needs it. */
function baseReader(
  context: EventContext,
  timeColumn: string,
): (values: readonly unknown[]) => Base | RowFault {
  const { optionsOf, now } = context;
  const user = cell(context, 'user_id');
  const poll = cell(context, 'poll_id');
  const time = cell(context, timeColumn);
  const event = cell(context, 'event_id');
  const recommendation = cell(context, 'recommendation_id');
  let timed: boolean | null = null;
  return (values) => {
    const userId = readUserId(user(values), 'user_id');
    if (userId instanceof RowFault) return userId;
    const pollId = readPollId(poll(values), 'poll_id');
    if (pollId instanceof RowFault) return pollId;
    const options = optionsOf(pollId);
    if (options === null) {
      return new RowFault(
        'UNKNOWN_POLL',
        `There is no poll ${quoteValue(pollId)}. Import it first, or with --polls.`,
      );
    }
    const told = time(values);
    timed ??= told !== undefined;
    const at = timed || !isEmpty(told) ? readTime(told, timeColumn) : null;
    if (at instanceof RowFault) return at;
    if (at !== null && at > now + DAY) {
      return new RowFault(
        'IN_FUTURE',
        `${timeColumn} is ${new Date(at).toISOString()}, over a day from now.`,
      );
    }
    const eventId = readOptionalId(event(values), 'event_id');
    if (eventId instanceof RowFault) return eventId;
    const recommendationId = readOptionalId(recommendation(values), 'recommendation_id');
    if (recommendationId instanceof RowFault) return recommendationId;
    return { userId, pollId, options, eventId, at, recommendationId };
  };
}

/** The file's own event id, else the hash of the row. */
const idOf = ({ eventId: own, userId, pollId, at }: Base, what: string): EventId =>
  own === null ? hashEvent(userId, pollId, { what, at }) : eventId(own);

function readPosition(value: unknown): number | null | RowFault {
  if (isEmpty(value)) return null;
  const number = Number(value);
  if (Number.isInteger(number) && number >= 0 && number <= 1e6) return number;
  return new RowFault('BAD_VALUE', `position wants a whole number from 0; got ${quoteValue(value)}.`);
}

/** Gives the column's value of a row; undefined where the file has no such column. */
function cell({ columns }: EventContext, name: string): (values: readonly unknown[]) => unknown {
  const place = columns.indexOf(name);
  return place === -1 ? () => undefined : (values) => values[place];
}
