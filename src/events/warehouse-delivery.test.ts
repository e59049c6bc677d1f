import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { pollEvent } from '../../tests/support/poll-events.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import { FileRejectedRecords } from '../datasources/outbox/file-rejected-records.js';
import type { OutboxRecord } from '../datasources/outbox/outbox.js';
import { DuckDbWarehouse } from '../datasources/warehouse/duckdb-warehouse.js';
import { HunchError, UnavailableError } from '../domain/errors.js';
import { eventId, optionId, pollId, runId, userId } from '../domain/ids.js';
import { WarehouseDelivery, type WarehouseDeliveryOptions } from './warehouse-delivery.js';

const NOW = Date.UTC(2026, 0, 10);
const folders = tempFolders();

/** The warehouse refuses a time that is no whole millisecond. */
const BAD_POLL: OutboxRecord = {
  type: 'POLL',
  poll: {
    id: pollId('p'),
    question: '電話?',
    options: [{ id: optionId('agree'), label: 'Yes' }],
    topics: [],
    language: null,
    authorId: null,
    createdAt: 0.5,
    closesAt: null,
    status: 'OPEN',
  },
  recordedAt: NOW,
};
const BAD_CHANGE: OutboxRecord = {
  type: 'USER_CHANGE',
  change: { kind: 'ERASE', changeId: eventId('c'), userId: userId('ann'), occurredAt: 1.5 },
  recordedAt: NOW,
};
const VOTES = Array.from({ length: 11 }, (_, place) => pollEvent({ user: `u${place}`, at: NOW - place }));
const GOOD: readonly OutboxRecord[] = VOTES.map((event) => ({ type: 'EVENT', event }));

async function setting() {
  const folder = await folders.make();
  const warehouse = await DuckDbWarehouse.open({
    folder: join(folder, 'warehouse'),
    runsFolder: join(folder, 'runs'),
    clock: () => NOW,
  });
  onTestFinished(() => warehouse.close());
  const rejectedFolder = join(folder, 'rejected');
  const rejected = new FileRejectedRecords(rejectedFolder);
  const delivery = (to: WarehouseDeliveryOptions['warehouse'] = warehouse, keepEvents = true) =>
    new WarehouseDelivery({ warehouse: to, keepEvents, rejected, clock: () => NOW });
  /** The lines of the file of the day. */
  const kept = async (): Promise<unknown[]> => {
    const text = await readFile(join(rejectedFolder, '2026-01-10.ndjson'), 'utf8').catch(() => '');
    return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  };
  const users = async (): Promise<unknown[]> => {
    const snapshot = await warehouse.snapshot();
    const session = await warehouse.session({ snapshot, flow: 'test', run: runId('test') });
    const rows = await session.all('SELECT user_id FROM events ORDER BY occurred_at DESC');
    await session.close();
    return rows.map((row) => row.user_id);
  };
  return { delivery, kept, users, rejectedFolder };
}

describe('WarehouseDelivery', () => {
  it.each([
    ['first', 0],
    ['in the middle', 5],
    ['last', GOOD.length],
  ])('keeps a bad record that comes %s aside, and brings in all others once', async (_, place) => {
    const { delivery, kept, users } = await setting();
    await delivery().deliver(GOOD.toSpliced(place, 0, BAD_POLL));
    expect(await kept()).toEqual([
      {
        rejectedAt: '2026-01-10T00:00:00.000Z',
        reason: expect.stringMatching(/^INVALID_DATA: .+/),
        record: BAD_POLL,
      },
    ]);
    expect(await users()).toEqual(VOTES.map((vote) => vote.userId));
  });

  it('keeps several aside, in their order and behind those of earlier deliveries', async () => {
    const { delivery, kept, users } = await setting();
    await delivery().deliver([BAD_POLL, BAD_CHANGE]);
    await delivery().deliver([BAD_CHANGE, ...GOOD, BAD_POLL]);
    expect(await kept()).toMatchObject(
      [BAD_POLL, BAD_CHANGE, BAD_CHANGE, BAD_POLL].map((record) => ({ record })),
    );
    expect(await users()).toHaveLength(GOOD.length);
  });

  it('leaves events out where another pipeline writes them', async () => {
    const { delivery, kept, users } = await setting();
    await delivery(undefined, false).deliver([...GOOD, BAD_CHANGE]);
    expect(await users()).toEqual([]);
    expect(await kept()).toHaveLength(1);
  });

  it.each([
    ['away', new UnavailableError('away'), async () => undefined],
    ['forbidden', new HunchError('FORBIDDEN', 'forbidden'), async () => undefined],
    ['damaged', new HunchError('INVALID_DATA', 'damaged'), () => Promise.reject(new Error('damaged'))],
  ])('keeps nothing aside while the warehouse is %s', async (what, error, ping) => {
    const { delivery, kept } = await setting();
    const faulty = delivery({ append: () => Promise.reject(error), ping });
    await expect(faulty.deliver([...GOOD, BAD_POLL])).rejects.toThrow(what);
    expect(await kept()).toEqual([]);
  });

  it('keeps nothing aside where the warehouse refuses every record of a type', async () => {
    const { delivery, kept } = await setting();
    const withoutEvents = delivery({
      append: async ({ events = [] }) => {
        if (events.length > 0) throw new HunchError('INVALID_DATA', 'no such field');
        return { added: 0, known: 0 };
      },
      ping: async () => undefined,
    });
    await expect(withoutEvents.deliver([BAD_CHANGE, ...GOOD])).rejects.toThrow('no such field');
    expect(await kept()).toEqual([]);
  });

  it('rejects where a record can not be kept aside, so that it stays in the outbox', async () => {
    const { delivery, rejectedFolder } = await setting();
    await writeFile(rejectedFolder, 'no folder');
    await expect(delivery().deliver([BAD_POLL])).rejects.toThrow(/EEXIST|ENOTDIR/);
  });
});
