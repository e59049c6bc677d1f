import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { type ErrorCode, HunchError } from '../domain/errors.js';

/** Codes that clients see. Beside these, GraphQL's own for documents that do not parse, validate or resolve. */
export type ApiErrorCode =
  | 'BAD_USER_INPUT'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'CURSOR_EXPIRED'
  | 'CONFLICT'
  | 'UNAVAILABLE'
  | 'INTERNAL_SERVER_ERROR';

const API_CODES: Readonly<Record<ErrorCode, ApiErrorCode>> = {
  BAD_USER_INPUT: 'BAD_USER_INPUT',
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  FORBIDDEN: 'FORBIDDEN',
  NOT_FOUND: 'NOT_FOUND',
  CURSOR_EXPIRED: 'CURSOR_EXPIRED',
  CONFLICT: 'CONFLICT',
  UNAVAILABLE: 'UNAVAILABLE',
  TIMED_OUT: 'UNAVAILABLE',
  INVALID_MODEL: 'CONFLICT',
  INVALID_CONFIGURATION: 'INTERNAL_SERVER_ERROR',
  INVALID_DATA: 'INTERNAL_SERVER_ERROR',
  FLOW_FAILED: 'INTERNAL_SERVER_ERROR',
};

export const INTERNAL: ApiErrorCode = 'INTERNAL_SERVER_ERROR';
const INTERNAL_MESSAGE = 'Something went wrong on our side.';

/**
 * The error as clients see it: its message and stable code where it is one of ours (or GraphQL's own), else nothing but
 * INTERNAL_SERVER_ERROR. `extensions.path` names where in the input the fault lies. Never throws, never shows a stack trace.
 * `code` is the code of a GraphQL error that carries none, by the phase it came from.
 */
export function normaliseError(error: unknown, code: string = INTERNAL): GraphQLFormattedError {
  const cause = unwrapResolverError(error);
  const place = error instanceof GraphQLError ? placeOf(error) : {};
  if (cause instanceof HunchError) {
    const known = API_CODES[cause.code];
    if (known === INTERNAL) return internal(place);
    const extensions = { code: known, ...(cause.path === null ? {} : { path: cause.path }) };
    return { message: cause.message, ...place, extensions };
  }
  if (!(cause instanceof GraphQLError)) return internal(place);
  const given = cause.extensions.code;
  const known = typeof given === 'string' ? given : code;
  return known === INTERNAL
    ? internal(place)
    : { message: cause.message, ...place, extensions: { code: known } };
}

/** Whether clients are told nothing of the error, so that the log must hold it. */
export const isInternal = (formatted: GraphQLFormattedError): boolean =>
  formatted.extensions?.code === INTERNAL;

/** The error with the id under which the log holds it. */
export const withRequestId = (error: GraphQLFormattedError, requestId: string): GraphQLFormattedError =>
  isInternal(error)
    ? {
        ...error,
        message: `${INTERNAL_MESSAGE} The request id is ${requestId}.`,
        extensions: { ...error.extensions, requestId },
      }
    : error;

type Place = Pick<GraphQLFormattedError, 'locations' | 'path'>;

const internal = (place: Place): GraphQLFormattedError => ({
  message: INTERNAL_MESSAGE,
  ...place,
  extensions: { code: INTERNAL },
});

function placeOf({ locations, path }: GraphQLError): Place {
  return {
    ...(locations === undefined || locations.length === 0 ? {} : { locations: [...locations] }),
    ...(path === undefined ? {} : { path: [...path] }),
  };
}
