import type { Warehouse } from '../datasources/warehouse/warehouse.js';
import type { PollEvent } from '../domain/event.js';
import type { EventParser } from './event-rows.js';
import type { FileTally } from './file-tally.js';

/** Events that go to the warehouse at a time: bounds the memory, and how many files the warehouse gets. */
export const EVENTS_PER_BATCH = 50_000;

/** Takes events over; those whose id the warehouse has, or that come twice, are left out. */
export async function importEvents(
  tally: FileTally,
  parse: EventParser,
  target: { readonly warehouse: Warehouse; readonly batchSize: number },
): Promise<void> {
  let batch: PollEvent[] = [];
  const append = async (): Promise<void> => {
    const { added, known } = await target.warehouse.append({ events: batch }, { skipKnown: true });
    tally.added += added;
    tally.known += known;
    batch = [];
  };
  for await (const events of tally.parsed(parse)) {
    for (const event of events) batch.push(event);
    if (batch.length >= target.batchSize) await append();
  }
  if (batch.length > 0) await append();
}
