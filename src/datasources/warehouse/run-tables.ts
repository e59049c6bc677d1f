import { hash } from 'node:crypto';
import { BadInputError } from '../../domain/errors.js';
import type { RunId } from '../../domain/ids.js';
import { isPathSegment } from '../../platform/path-segment.js';

/** Rejects with BAD_USER_INPUT names that would leave their place. */
export function assertRun(flow: string, run: RunId): void {
  for (const segment of [flow, run]) {
    if (isPathSegment(segment)) continue;
    throw new BadInputError(`A flow or run is named by letters, digits, ".", "_" and "-"; got "${segment}".`);
  }
}

const SHOWN = 100;

/** What the tables of a run are called in a dataset that all runs share. */
export function runTables(flow: string, run: RunId): { readonly prefix: string; readonly held: string } {
  assertRun(flow, run);
  const shown = `${flow}_${run}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, SHOWN);
  // Names that look alike once they are made safe stay apart.
  const name = `${shown}_${hash('sha256', `${flow}/${run}`, 'hex').slice(0, 8)}`;
  return { prefix: `hunch_run_${name}__`, held: `hunch_held_${name}` };
}
