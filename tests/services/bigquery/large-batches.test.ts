import { expect, it, onTestFinished } from 'vitest';
import { BigQueryWarehouse } from '../../../src/datasources/warehouse/bigquery-warehouse.js';
import { runId } from '../../../src/domain/ids.js';
import { describeWithBigQuery } from '../../support/bigquery.js';
import { pollEvent } from '../../support/poll-events.js';

const ROWS = 20_000;

describeWithBigQuery('large batches in BigQuery', (emulator) => {
  const events = Array.from({ length: ROWS }, (_, place) =>
    pollEvent({
      id: `é${place}`,
      user: `u${place % 97}`,
      poll: `p${place % 1_009}`,
      at: 1_700_000_000_000 + place,
    }),
  );

  it('are loaded, streamed back in full, and known when they come again', async () => {
    const warehouse = await BigQueryWarehouse.open(await emulator.dataset());
    onTestFinished(() => warehouse.close());
    expect(await warehouse.append({ events })).toEqual({ added: ROWS, known: 0 });
    expect(await warehouse.append({ events }, { skipKnown: true })).toEqual({ added: 0, known: ROWS });
    const snapshot = await warehouse.snapshot();
    expect(snapshot).toMatchObject({ through: 1_700_000_000_000 + ROWS - 1, rows: { events: ROWS } });
    const session = await warehouse.session({ snapshot, flow: 'popular', run: runId('r') });
    const ids: unknown[] = [];
    for await (const batch of session.stream('SELECT event_id FROM events ORDER BY arrival')) {
      ids.push(...batch.column('event_id'));
    }
    await session.close();
    expect(ids).toEqual(events.map((event) => event.eventId));
  });

  it('with a time that is none are kept out whole', async () => {
    const warehouse = await BigQueryWarehouse.open(await emulator.dataset());
    onTestFinished(() => warehouse.close());
    const far = pollEvent({ id: 'far', at: 300_000_000_000_000 });
    await expect(warehouse.append({ events: [...events, far] })).rejects.toMatchObject({
      code: 'INVALID_DATA',
      message: expect.stringMatching(/far.*years 1 to 9999/),
    });
    expect((await warehouse.snapshot()).rows.events).toBe(0);
  });
});
