import { isUtf8 } from 'node:buffer';
import {
  MAX_ID_LENGTH,
  type OptionId,
  optionId,
  type PollId,
  pollId,
  type UserId,
  userId,
} from '../domain/ids.js';
import type { Millis } from '../domain/time.js';
import { parseTime } from './parse-time.js';
import { quoteValue, RowFault } from './reject-reason.js';

/** Line breaks and other control characters, and halves of surrogate pairs, which no store can write. */
const UNFIT_FOR_IDS = /[\p{Cc}\p{Cs}]/u;

/** The text of a cell; '' where it is empty or absent. Whole numbers are taken as text. */
export function readText(value: unknown, field: string): string | RowFault {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return String(value);
  if (value instanceof Uint8Array) {
    if (isUtf8(value)) return Buffer.from(value).toString('utf8');
    return new RowFault('BAD_ENCODING', `${field} is not UTF-8.`);
  }
  return new RowFault('BAD_VALUE', `${field} wants a text; got ${quoteValue(value)}.`);
}

function readId(value: unknown, field: string): string | RowFault {
  const id = typeof value === 'string' ? value : readText(value, field);
  if (id instanceof RowFault) return id;
  if (id === '') return new RowFault('MISSING_FIELD', `${field} is empty.`);
  if (id.length > MAX_ID_LENGTH) {
    return new RowFault('BAD_ID', `${field} has ${id.length} characters; ids have ${MAX_ID_LENGTH} at most.`);
  }
  if (UNFIT_FOR_IDS.test(id)) {
    return new RowFault(
      'BAD_ID',
      `${field} holds a control character or half a character: ${quoteValue(id)}.`,
    );
  }
  return id;
}

export function readUserId(value: unknown, field: string): UserId | RowFault {
  const id = readId(value, field);
  return id instanceof RowFault ? id : userId(id);
}

/** Poll ids may not begin with `@`: a history token that does is a topic or a language. */
export function readPollId(value: unknown, field: string): PollId | RowFault {
  const id = readId(value, field);
  if (id instanceof RowFault) return id;
  if (id.startsWith('@'))
    return new RowFault('BAD_ID', `${field} may not begin with @; got ${quoteValue(id)}.`);
  return pollId(id);
}

/** Option ids hold no colon and do not begin with `@`: history tokens are split at the last colon. */
export function readOptionId(value: unknown, field: string): OptionId | RowFault {
  const id = readId(value, field);
  if (id instanceof RowFault) return id;
  if (id.startsWith('@') || id.includes(':')) {
    return new RowFault('BAD_ID', `${field} may not hold : nor begin with @; got ${quoteValue(id)}.`);
  }
  return optionId(id);
}

/** An id of the caller's that nothing else hangs on; null where the cell is empty. */
export function readOptionalId(value: unknown, field: string): string | null | RowFault {
  return isEmpty(value) ? null : readId(value, field);
}

export function readTime(value: unknown, field: string): Millis | RowFault {
  if (isEmpty(value)) return new RowFault('MISSING_FIELD', `${field} is empty.`);
  const time = parseTime(value);
  if (time !== null) return time;
  return new RowFault(
    'BAD_DATE',
    `${field} wants an ISO 8601 date or epoch seconds or milliseconds; got ${quoteValue(value)}.`,
  );
}

/** 1, 0, true, false, yes, no; an empty cell is false. */
export function readFlag(value: unknown, field: string): boolean | RowFault {
  switch (typeof value === 'string' ? value.toLowerCase() : (value ?? '')) {
    case '1':
    case 1:
    case 1n:
    case true:
    case 'true':
    case 'yes':
      return true;
    case '':
    case '0':
    case 0:
    case 0n:
    case false:
    case 'false':
    case 'no':
      return false;
    default:
      return new RowFault('BAD_VALUE', `${field} wants 1 or 0; got ${quoteValue(value)}.`);
  }
}

/** A BCP 47 tag in its usual spelling; null where the cell is empty. */
export function readLanguage(value: unknown, field: string): string | null | RowFault {
  const text = readText(value, field);
  if (text instanceof RowFault || text === '') return text === '' ? null : text;
  try {
    return Intl.getCanonicalLocales(text)[0] ?? null;
  } catch {
    return new RowFault(
      'BAD_VALUE',
      `${field} wants a language tag such as en or zh-TW; got ${quoteValue(text)}.`,
    );
  }
}

/** A list: `a|b|c`, JSON text of a list, or a list of the file's own; empty where the cell is. */
export function readList(value: unknown, field: string): readonly unknown[] | RowFault {
  if (Array.isArray(value)) return value;
  const text = readText(value, field);
  if (text instanceof RowFault) return text;
  if (text === '') return [];
  if (!text.startsWith('[')) return text.split('|').map((part) => part.trim());
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list)) return list;
  } catch {
    // Said below.
  }
  return new RowFault('BAD_VALUE', `${field} wants a|b|c or a JSON list; got ${quoteValue(text)}.`);
}

export const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';
