import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../../tests/support/eventually.js';
import { childProcesses } from '../../../tests/support/processes.js';
import { tempFolders } from '../../../tests/support/temp-folder.js';
import { startFixture } from '../../../tests/support/typescript-process.js';
import { HOUR, SECOND } from '../../domain/time.js';
import { FileLeaseStore } from './file-lease-store.js';
import { parseLeaseState } from './lease-state.js';
import { leaseStoreContract } from './lease-store.contract.js';
import { processState, thisProcess } from './process-identity.js';

const documentsOf = async (folder: string): Promise<string[]> =>
  Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));

const folders = tempFolders();
const EXPIRY = 600;

leaseStoreContract('FileLeaseStore', async () => {
  const folder = await folders.make();
  return {
    expiryMs: EXPIRY,
    open: ({ clock = Date.now } = {}) => FileLeaseStore.open({ folder, clock, expiryMs: EXPIRY }),
  };
});

it('tells of a release that can not be written, and gives the lease back once it can', async () => {
  const folder = join(await folders.make(), 'leases');
  const errors: unknown[] = [];
  const open = () =>
    FileLeaseStore.open({
      folder,
      clock: Date.now,
      expiryMs: EXPIRY,
      onError: (error) => errors.push(error),
    });
  const outcome = await (await open()).acquire('flow');
  if (outcome.status !== 'ACQUIRED') throw new Error('the lease is free, so it must be given');
  await rename(folder, `${folder}-away`);
  await writeFile(folder, 'no folder');
  await outcome.lease.release();
  expect(errors).toHaveLength(1);
  await rm(folder);
  await rename(`${folder}-away`, folder);
  const other = await open();
  await eventually(async () => (await other.holder('flow')) === null);
});

describe('FileLeaseStore between processes', () => {
  const processes = childProcesses();

  it('takes the lease of a killed process over at once, long before it expires', async () => {
    const folder = await folders.make();
    const store = await FileLeaseStore.open({ folder, clock: Date.now });
    const child = startFixture(processes, 'hold-lease', [folder, 'flow']);
    await child.waitFor(/HOLDING/);
    expect(await store.acquire('flow')).toMatchObject({
      status: 'HELD',
      holder: { owner: expect.stringMatching(new RegExp(`:${child.pid}$`)) },
    });
    child.signal('SIGKILL');
    await child.exited;
    const before = await store.holder('flow');
    expect(before).toBeNull();
    const outcome = await store.acquire('flow');
    expect(outcome.status).toBe('ACQUIRED');
    if (outcome.status === 'ACQUIRED') await outcome.lease.release();
  });

  it('leaves the lease with a process that runs and is too busy for heartbeats', async () => {
    const folder = await folders.make();
    const child = startFixture(processes, 'hold-lease', [folder, 'flow', 'busy']);
    await child.waitFor(/HOLDING/);
    const openAfter = (ms: number) => FileLeaseStore.open({ folder, clock: () => Date.now() + ms });
    const muchLater = await openAfter(600 * SECOND);
    expect(await muchLater.acquire('flow')).toMatchObject({ status: 'HELD' });
    // Not for ever: another process may have been given the id of a dead one.
    const nextDay = await openAfter(24 * HOUR);
    expect(await nextDay.holder('flow')).toBeNull();
    child.signal('SIGKILL');
    await child.exited;
    expect(await muchLater.holder('flow')).toBeNull();
  });

  it('trusts process ids of the same place only', async () => {
    const folder = await folders.make();
    const self = await thisProcess();
    const gone = startFixture(processes, 'hold-lease', [folder, 'flow']);
    const { pid } = gone;
    await gone.waitFor(/HOLDING/);
    const [text = ''] = await documentsOf(folder);
    const other = parseLeaseState(text);
    if (other === null) throw new Error('the child holds the lease');
    expect(other.pid).toBe(pid);
    expect(await processState(other, self)).toBe('ALIVE');
    expect(await processState(self, self)).toBe('ALIVE');
    // A container that starts again often gives a process the id of the one before.
    if (self.started !== '') expect(await processState({ ...other, started: '1' }, self)).toBe('DEAD');
    gone.signal('SIGKILL');
    await gone.exited;
    expect(await processState(other, self)).toBe('DEAD');
    expect(await processState({ ...other, place: 'another host' }, self)).toBe('UNKNOWN');
  });

  it.skipIf(process.platform !== 'linux')(
    'counts a killed process as dead whose parent has not asked what became of it',
    async () => {
      const self = await thisProcess();
      // The shell becomes a program that waits for no child of its own.
      const parent = processes.start('sh', ['-c', 'sleep 60 & echo "CHILD $!"; exec sleep 60']);
      const pid = Number((await parent.waitFor(/CHILD (\d+)/))[1]);
      // Before that, the shell itself would ask.
      await eventually(async () => (await readFile(`/proc/${parent.pid}/comm`, 'utf8')) === 'sleep\n');
      const statOf = async () => (await readFile(`/proc/${pid}/stat`, 'utf8')).split(' ');
      const child = { ...self, pid, started: (await statOf())[21] ?? '' };
      expect(await processState(child, self)).toBe('ALIVE');
      process.kill(pid, 'SIGKILL');
      await eventually(async () => (await statOf())[2] === 'Z');
      expect(await processState(child, self)).toBe('DEAD');
    },
  );

  it('does not grow with heartbeats', async () => {
    const folder = await folders.make();
    const store = await FileLeaseStore.open({ folder, clock: Date.now });
    for (let round = 0; round < 60; round += 1) {
      const outcome = await store.acquire('short');
      if (outcome.status === 'ACQUIRED') await outcome.lease.release();
    }
    expect((await readdir(folder)).length).toBeLessThanOrEqual(17);
  });
});
