/**
 * Every code that a caller, an operator or a log reader may meet. Stable: clients branch on them.
 * The edges (GraphQL, command line) map them with an exhaustive table.
 */
export const ERROR_CODES = [
  'BAD_USER_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'CURSOR_EXPIRED',
  'CONFLICT',
  'UNAVAILABLE',
  'TIMED_OUT',
  'INVALID_CONFIGURATION',
  'INVALID_DATA',
  'INVALID_MODEL',
  'FLOW_FAILED',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/**
 * An error that says what was expected, what came, and what to do, in one message.
 * Whether trying again can help is data on the error, so that no caller has to know the classes.
 */
export class HunchError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  /** Where in the input the fault lies, such as `votes.3.pollId`; null where it is not about input. */
  readonly path: string | null;

  constructor(code: ErrorCode, message: string, options: HunchErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.retryable = options.retryable ?? (code === 'UNAVAILABLE' || code === 'TIMED_OUT');
    this.path = options.path ?? null;
  }
}

export interface HunchErrorOptions {
  readonly cause?: unknown;
  readonly retryable?: boolean;
  readonly path?: string | null;
}

export class BadInputError extends HunchError {
  constructor(message: string, path: string | null = null) {
    super('BAD_USER_INPUT', message, { path });
  }
}

export class NotFoundError extends HunchError {
  constructor(message: string) {
    super('NOT_FOUND', message);
  }
}

/** A service or store that the caller needs is away; trying again later can help. */
export class UnavailableError extends HunchError {
  constructor(message: string, cause?: unknown) {
    super('UNAVAILABLE', message, { cause });
  }
}

/** A deadline passed before the work was done. */
export class TimedOutError extends HunchError {
  constructor(message: string, cause?: unknown) {
    super('TIMED_OUT', message, { cause });
  }
}
