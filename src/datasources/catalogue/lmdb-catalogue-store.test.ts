import { afterAll, describe, expect, it } from 'vitest';
import { childProcesses } from '../../../tests/support/processes.js';
import { tempFolders } from '../../../tests/support/temp-folder.js';
import { startFixture } from '../../../tests/support/typescript-process.js';
import { catalogueStoreContract, liveVote, samplePoll } from './catalogue-store.contract.js';
import type { CatalogueCursor, CatalogueEntry } from './catalogue-store.js';
import { LmdbCatalogueStore } from './lmdb-catalogue-store.js';

const folders = tempFolders();
const opened: LmdbCatalogueStore[] = [];
afterAll(() => Promise.all(opened.map((store) => store.close())));

async function openStore(folder: string): Promise<LmdbCatalogueStore> {
  const store = await LmdbCatalogueStore.open({ folder });
  opened.push(store);
  return store;
}

catalogueStoreContract('LmdbCatalogueStore', async () => {
  const folder = await folders.make();
  return { open: () => openStore(folder) };
});

describe('LmdbCatalogueStore', () => {
  it('tells a poll with a new vote in its turn among the others', async () => {
    const store = await openStore(await folders.make());
    const poll = (id: string) => ({ poll: samplePoll(id), recordedAt: 1 });
    await store.upsert([poll('a'), poll('b')]);
    const { cursor } = await store.changes(null);
    await store.upsert([poll('c')]);
    await store.countVotes([liveVote('a', {})]);
    await store.upsert([poll('d')]);
    expect((await store.changes(cursor)).entries.map((entry) => entry.poll.id)).toEqual(['c', 'a', 'd']);
  });
});

describe('LmdbCatalogueStore between processes', () => {
  const processes = childProcesses();

  it('follows another process without missing or repeating a poll', async () => {
    const folder = await folders.make();
    const store = await openStore(folder);
    const writer = startFixture(processes, 'upsert-polls', [folder, '300']);
    const latest = new Map<string, CatalogueEntry>();
    let cursor: CatalogueCursor | null = null;
    for (const round of [0, 1, 150, 299]) {
      await writer.waitFor(new RegExp(`PUT ${round}\n`));
      const changes = await store.changes(cursor);
      for (const entry of changes.entries) latest.set(entry.poll.id, entry);
      cursor = changes.cursor;
      expect(latest.has(`p${round}`)).toBe(true);
    }
    await writer.exited;
    expect(latest.size).toBe(300);
    const counts = [...latest.values()].map((entry) => entry.liveVotes.map((option) => option.votes));
    expect(counts).toEqual(Array.from({ length: 300 }, () => [1]));
  });

  it('has every answered poll and vote after the writer was killed', async () => {
    const folder = await folders.make();
    const writer = startFixture(processes, 'upsert-polls', [folder, '100000']);
    await writer.waitFor(/PUT 50\n/);
    writer.signal('SIGKILL');
    await writer.exited;
    const answered = [...writer.stdout.matchAll(/PUT (\d+)\n/g)].map(([, index]) => `p${index}`);
    const store = await openStore(folder);
    const { entries } = await store.changes(null);
    const counted = entries.filter((entry) => entry.liveVotes.length === 1).map((entry) => entry.poll.id);
    expect(counted).toEqual(expect.arrayContaining(answered));
  });
});
