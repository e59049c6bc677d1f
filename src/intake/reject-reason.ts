/** Why a row is kept aside, and what each reason means. The codes are stable: rejects files and summaries carry them. */
export const REJECT_REASONS = {
  MISSING_FIELD: 'a field that every row needs is absent or empty',
  BAD_ID: 'an id is too long, holds control characters, or is written as ids may not be',
  BAD_DATE: 'a date is none, or lies before 1970',
  IN_FUTURE: 'an event lies more than a day ahead of the clock',
  BAD_VALUE: 'a status, language, flag or number is none of those allowed',
  BAD_OPTIONS: 'the options of a poll are fewer than two, more than 255, repeated or unreadable',
  UNKNOWN_POLL: 'the poll is neither in the file of polls nor in the catalogue',
  UNKNOWN_OPTION: 'the poll has no such option',
  UNKNOWN_KIND: 'an interaction is of no known kind',
  BAD_ENCODING: 'the row is not UTF-8',
  BAD_QUOTES: 'a quote is not closed, or closed in the middle of a field',
  RAGGED_ROW: 'the row has more or fewer fields than the header',
  BAD_JSON: 'the line is not a JSON object',
  TOO_LONG: 'the row is longer than rows may be',
  TRUNCATED_GZIP: 'the compressed file ends too early: what follows is lost',
  CORRUPT_FILE: 'the file is damaged from here on: what follows is lost',
} as const;
export type RejectReason = keyof typeof REJECT_REASONS;

/** What is wrong with one row. */
export class RowFault {
  readonly reason: RejectReason;
  /** One sentence that names the field and what came. */
  readonly message: string;

  constructor(reason: RejectReason, message: string) {
    this.reason = reason;
    this.message = message;
  }
}

const SHOWN = 60;

/** A value as messages quote it, cut to a readable length. */
export function quoteValue(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value, bigintAsText) ?? String(value));
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
}

const bigintAsText = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : value;
