import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { pollEvent } from '../../../tests/support/poll-events.js';
import { childProcesses } from '../../../tests/support/processes.js';
import { tempFolders } from '../../../tests/support/temp-folder.js';
import { startFixture } from '../../../tests/support/typescript-process.js';
import { userId } from '../../domain/ids.js';
import { type Clock, DAY } from '../../domain/time.js';
import { featureStoreContract } from './feature-store.contract.js';
import { LmdbFeatureStore } from './lmdb-feature-store.js';

const folders = tempFolders();
const ada = userId('ada');
const opened: LmdbFeatureStore[] = [];
afterAll(() => Promise.all(opened.map((store) => store.close())));

async function openStore(folder: string, clock: Clock = Date.now): Promise<LmdbFeatureStore> {
  const store = await LmdbFeatureStore.open({ folder, clock });
  opened.push(store);
  return store;
}

featureStoreContract('LmdbFeatureStore', async () => {
  const folder = await folders.make();
  return { open: () => openStore(folder) };
});

describe('LmdbFeatureStore between processes', () => {
  const processes = childProcesses();

  it('keeps all votes that two processes write for one user at once', async () => {
    const folder = await folders.make();
    const store = await openStore(folder);
    const writers = ['a', 'b'].map((prefix) =>
      startFixture(processes, 'apply-votes', [folder, 'ada', prefix, '200']),
    );
    await Promise.all(writers.map((writer) => writer.waitFor(/WROTE 0\n/)));
    const here = Array.from({ length: 200 }, (_, index) =>
      store.apply([pollEvent({ poll: `c${index}`, at: 1 + index })]),
    );
    await Promise.all([...here, ...writers.map((writer) => writer.waitFor(/DONE/))]);
    const [found] = await store.get([ada]);
    expect(new Set(found?.voted).size).toBe(600);
  });

  it('has every answered vote after the writer was killed', async () => {
    const folder = await folders.make();
    const writer = startFixture(processes, 'apply-votes', [folder, 'ada', 'p', '100000']);
    await writer.waitFor(/WROTE 50\n/);
    writer.signal('SIGKILL');
    await writer.exited;
    const answered = [...writer.stdout.matchAll(/WROTE (\d+)\n/g)].map(([, index]) => `p${index}`);
    const store = await openStore(folder);
    const [found] = await store.get([ada]);
    expect(found?.voted).toEqual(expect.arrayContaining(answered));
    expect(await store.apply([pollEvent({ poll: 'after' })])).toMatchObject([
      { status: 'APPLIED', replaced: null },
    ]);
  });
});

describe('LmdbFeatureStore', () => {
  it('remembers ids of events for seven days', async () => {
    let now = 100 * DAY;
    const store = await openStore(await folders.make(), () => now);
    const again = () => store.apply([pollEvent()]);
    await again();
    now += 7 * DAY;
    await store.index([], now);
    expect(await again()).toMatchObject([{ status: 'DUPLICATE', replaced: null, again: true }]);
    now += 1;
    await store.index([], now);
    expect((await again())[0]?.status).toBe('APPLIED');
  });

  it('applies nothing of a batch that holds an id too long for a key', async () => {
    const store = await openStore(await folders.make());
    const batch = [pollEvent(), pollEvent({ poll: 'q', id: 'x'.repeat(3_000) })];
    await expect(store.apply(batch)).rejects.toThrow('Key size');
    expect(await store.get([ada])).toEqual([null]);
    expect(await store.apply([pollEvent()])).toMatchObject([{ status: 'APPLIED', replaced: null }]);
  });

  it('says what is wrong with a folder that it can not use', async () => {
    const folder = await folders.make();
    await writeFile(join(folder, 'users'), 'a file where a folder belongs');
    await expect(openStore(folder)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining(join(folder, 'users')),
    });
  });

  it('opens in a folder with a dot in its name', async () => {
    const folder = join(await folders.make(), 'data.v1');
    await mkdir(folder);
    const store = await openStore(folder);
    await store.apply([pollEvent()]);
    expect((await store.get([ada]))[0]?.voted).toEqual(['p']);
  });
});
