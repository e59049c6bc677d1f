import { Argument, InvalidArgumentError } from 'commander';
import { FLOW_NAMES } from '../../jobs/flows/flow.js';
import { type RunId, runId } from '../domain/ids.js';
import { LEAST_STEP_MEMORY_MB } from '../platform/config.js';
import { isPathSegment } from '../platform/path-segment.js';

/** `<flow>`, one of those there are. */
export const flowArgument = (): Argument => new Argument('<flow>', 'the flow').choices(FLOW_NAMES);

/** A whole number from 1 on. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('It wants a whole number from 1 on.');
}

/** Memory of a step in MiB: as STEP_MEMORY_MB, and no less. */
export function memoryMegabytes(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= LEAST_STEP_MEMORY_MB) return value;
  throw new InvalidArgumentError(
    `It wants a whole number of megabytes from ${LEAST_STEP_MEMORY_MB} on, such as 1024.`,
  );
}

/** A run id is a folder's name: letters, digits, ".", "_" and "-". */
export function runIdOption(text: string): RunId {
  if (isPathSegment(text)) return runId(text);
  throw new InvalidArgumentError('It wants up to 128 letters, digits, ".", "_" and "-".');
}
