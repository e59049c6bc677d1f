import { Argument, InvalidArgumentError } from 'commander';
import { FLOW_NAMES } from '../../jobs/flows/flow.js';
import { type RunId, runId } from '../domain/ids.js';

/** `<flow>`, one of those there are. */
export const flowArgument = (): Argument => new Argument('<flow>', 'the flow').choices(FLOW_NAMES);

/** A whole number from 1 on. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('It wants a whole number from 1 on.');
}

/** A run id is a folder's name: letters, digits, ".", "_" and "-". */
export function runIdOption(text: string): RunId {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(text)) return runId(text);
  throw new InvalidArgumentError('It wants up to 128 letters, digits, ".", "_" and "-".');
}
