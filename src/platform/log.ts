import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

export interface LogOptions {
  readonly level: string;
  /** Which process speaks, such as `api` or `predictor`. */
  readonly name: string;
  /** Where lines go; standard error by default, since standard output belongs to a command's result. */
  readonly destination?: DestinationStream;
}

/** A log of one JSON document a line. Tokens and keys never reach it. */
export function createLog({ level, name, destination }: LogOptions): Log {
  return pino(
    {
      level,
      name,
      base: { name },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ['headers.authorization', 'headers["x-api-key"]', '*.headers.authorization'],
    },
    destination ?? pino.destination({ fd: 2, sync: true }),
  );
}
