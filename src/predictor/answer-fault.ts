import type { FastifyError } from 'fastify';
import { type ErrorCode, HunchError } from '../domain/errors.js';
import { ProtocolFault } from '../open-inference/protocol-fault.js';

const STATUS: Record<ErrorCode, number> = {
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CURSOR_EXPIRED: 400,
  CONFLICT: 409,
  UNAVAILABLE: 503,
  TIMED_OUT: 504,
  INVALID_CONFIGURATION: 500,
  INVALID_DATA: 500,
  // A version that is refused leaves the model as it was; the KServe server answers a failed load with 503, too.
  INVALID_MODEL: 503,
  FLOW_FAILED: 500,
};

/** What is quoted of a request in an answer to it, in characters of JSON. */
const MAX_QUOTED = 2_000;

/** Status and JSON text for anything that is thrown while a request is answered. */
export function answerFault(error: unknown): { readonly status: number; readonly text: string } {
  if (error instanceof ProtocolFault) {
    return { status: error.status, text: JSON.stringify(error.body, shortened) };
  }
  if (error instanceof HunchError) {
    return { status: STATUS[error.code], text: JSON.stringify({ error: error.message }) };
  }
  const { statusCode = 500, name, message } = error as Partial<FastifyError>;
  return { status: statusCode, text: JSON.stringify({ error: `${name} : ${message}` }) };
}

/** A finding quotes the part of the request it is about; where that is long, the quote is left out. */
function shortened(key: string, value: unknown): unknown {
  if (key !== 'input' || typeof value !== 'object') return value;
  return JSON.stringify(value).length > MAX_QUOTED ? '…' : value;
}
