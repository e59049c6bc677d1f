import { makeSamples } from '../../samples/make-samples.js';
import type { Parts } from './parts.js';

/** The same polls and users on every machine. */
const SEED = 20_260_101;

/** Fills an empty warehouse of this machine with sample polls and votes, so that there is something to see. */
export async function addSamplesWhereEmpty(parts: Parts, say: (line: string) => void): Promise<void> {
  // One elsewhere is somebody's own, and stays as it is.
  if (parts.config.warehouse.backend !== 'duckdb') return;
  const warehouse = await parts.warehouse();
  const { rows } = await warehouse.snapshot();
  if (rows.events > 0 || rows.polls > 0) return;
  const catalogue = await parts.catalogue();
  let polls = 0;
  let events = 0;
  for (const batch of makeSamples({ seed: SEED, now: parts.clock() })) {
    await warehouse.append(batch);
    if (batch.polls !== undefined) await catalogue.upsert(batch.polls);
    polls += batch.polls?.length ?? 0;
    events += batch.events?.length ?? 0;
  }
  say(`Made sample data: ${polls} polls, ${events} events`);
}
