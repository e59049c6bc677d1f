import { describe, expect, it, onTestFinished } from 'vitest';
import { childProcesses } from '../../../tests/support/processes.js';
import { tempFolders } from '../../../tests/support/temp-folder.js';
import { startFixture } from '../../../tests/support/typescript-process.js';
import { LmdbOutbox } from './lmdb-outbox.js';
import { eventRecord, outboxContract } from './outbox.contract.js';

const folders = tempFolders();

outboxContract('LmdbOutbox', async () => {
  const folder = await folders.make();
  return { open: () => LmdbOutbox.open({ folder }) };
});

describe('LmdbOutbox between processes', () => {
  const processes = childProcesses();

  it('has what was answered, and takes new records, after the process was killed', async () => {
    const folder = await folders.make();
    const child = startFixture(processes, 'append-outbox', [folder, 'k', '1000000']);
    await child.waitFor(/KEPT 25\n/);
    child.signal('SIGKILL');
    await child.exited;
    const outbox = await LmdbOutbox.open({ folder });
    onTestFinished(() => outbox.close());
    const batch = await outbox.take(26);
    expect(batch?.records).toEqual(Array.from({ length: 26 }, (_, place) => eventRecord(`k${place}`)));
    const before = await outbox.size();
    await outbox.append([eventRecord('after')]);
    expect(await outbox.size()).toBe(before + 1);
  });

  it('keeps all that several processes add at once', async () => {
    const folder = await folders.make();
    const outbox = await LmdbOutbox.open({ folder });
    onTestFinished(() => outbox.close());
    const children = ['a', 'b'].map((prefix) =>
      startFixture(processes, 'append-outbox', [folder, prefix, '200']),
    );
    const own = Array.from({ length: 200 }, (_, place) => outbox.append([eventRecord(`c${place}`)]));
    await Promise.all([...own, ...children.map((child) => child.waitFor(/DONE/))]);
    const found = (await outbox.take(1_000))?.records.map((record) =>
      record.type === 'EVENT' ? record.event.eventId : '',
    );
    const expected = ['a', 'b', 'c'].flatMap((prefix) =>
      Array.from({ length: 200 }, (_, place) => `${prefix}${place}`),
    );
    expect(found?.toSorted()).toEqual(expected.sort());
  });
});
