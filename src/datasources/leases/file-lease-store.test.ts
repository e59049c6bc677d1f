import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { childProcesses } from '../../../tests/support/processes.js';
import { tempFolders } from '../../../tests/support/temp-folder.js';
import { startFixture } from '../../../tests/support/typescript-process.js';
import { FileLeaseStore } from './file-lease-store.js';
import { leaseStoreContract } from './lease-store.contract.js';
import { isKnownDead, thisProcess } from './process-identity.js';

const folders = tempFolders();
const EXPIRY = 600;

leaseStoreContract('FileLeaseStore', async () => {
  const folder = await folders.make();
  return {
    expiryMs: EXPIRY,
    open: ({ clock = Date.now } = {}) => FileLeaseStore.open({ folder, clock, expiryMs: EXPIRY }),
  };
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

  it('trusts process ids of the same place only', async () => {
    const self = await thisProcess();
    const gone = startFixture(processes, 'hold-lease', [await folders.make(), 'flow']);
    const { pid } = gone;
    expect(isKnownDead({ ...self, pid }, self)).toBe(false);
    gone.signal('SIGKILL');
    await gone.exited;
    expect(isKnownDead({ ...self, pid }, self)).toBe(true);
    expect(isKnownDead({ ...self, pid, place: 'another host' }, self)).toBe(false);
  });

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
