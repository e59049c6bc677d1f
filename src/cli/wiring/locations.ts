import { HunchError } from '../../domain/errors.js';

/** A place named by a URL of the environment, such as `duckdb:./data/warehouse`. */
export interface Location<Scheme extends string> {
  readonly scheme: Scheme;
  /** What comes after the colon, as written. */
  readonly rest: string;
}

/** Splits the value of `variable` at its first colon. Throws INVALID_CONFIGURATION for a scheme that has no adapter. */
export function parseLocation<Scheme extends string>(
  variable: string,
  value: string,
  schemes: readonly Scheme[],
): Location<Scheme> {
  const colon = value.indexOf(':');
  const scheme = schemes.find((candidate) => candidate === value.slice(0, Math.max(0, colon)));
  const rest = value.slice(colon + 1);
  if (scheme === undefined || rest === '') {
    const wanted = schemes.map((name) => `${name}:…`).join(' or ');
    throw new HunchError('INVALID_CONFIGURATION', `${variable} wants ${wanted}; got "${value}"`);
  }
  return { scheme, rest };
}
