import { describe, expect, it } from 'vitest';
import { eventually } from '../../../tests/support/eventually.js';
import { type Clock, DAY } from '../../domain/time.js';
import type { LeaseStore } from './lease-store.js';

export interface LeaseStoreSetting {
  /** A store on the same leases as all others of this setting, as another process would open it. */
  open(options?: { readonly clock?: Clock }): Promise<LeaseStore>;
  /** How long a lease lasts without a heartbeat. Make it short: the suite waits for heartbeats. */
  readonly expiryMs: number;
}

/** What every lease store keeps to. */
export function leaseStoreContract(name: string, setting: () => Promise<LeaseStoreSetting>): void {
  describe(`${name} as LeaseStore`, () => {
    it('gives a lease to one holder at a time and names the holder to others', async () => {
      const { open } = await setting();
      const [one, other] = [await open(), await open()];
      const first = await one.acquire('flow');
      expect(first.status).toBe('ACQUIRED');
      const second = await other.acquire('flow');
      expect(second).toMatchObject({
        status: 'HELD',
        holder: { owner: expect.stringMatching(/^flow@.+:\d+$/) },
      });
      expect(await other.holder('flow')).toEqual(second.status === 'HELD' ? second.holder : null);
      if (first.status === 'ACQUIRED') await first.lease.release();
      expect(await other.holder('flow')).toBeNull();
      const third = await other.acquire('flow');
      expect(third.status).toBe('ACQUIRED');
      if (third.status === 'ACQUIRED') await third.lease.release();
    });

    it('keeps leases of different names apart', async () => {
      const { open } = await setting();
      const store = await open();
      const outcomes = [await store.acquire('one'), await store.acquire('one-0000000001')];
      expect(outcomes.map(({ status }) => status)).toEqual(['ACQUIRED', 'ACQUIRED']);
      for (const outcome of outcomes) if (outcome.status === 'ACQUIRED') await outcome.lease.release();
      expect(await store.holder('never-taken')).toBeNull();
    });

    it('lets one of many takers at once win, round after round', async () => {
      const { open } = await setting();
      const stores = await Promise.all(Array.from({ length: 8 }, () => open()));
      for (let round = 0; round < 10; round += 1) {
        const outcomes = await Promise.all(stores.map((store) => store.acquire('race')));
        const won = outcomes.flatMap((outcome) => (outcome.status === 'ACQUIRED' ? [outcome.lease] : []));
        expect(won).toHaveLength(1);
        await Promise.all(won.map((lease) => lease.release()));
      }
    });

    it('keeps a lease alive beyond its expiry by heartbeats', async () => {
      const { open, expiryMs } = await setting();
      const store = await open();
      const outcome = await store.acquire('long');
      if (outcome.status !== 'ACQUIRED') throw new Error('the lease is free, so it must be given');
      const first = (await store.holder('long'))?.expiresAt ?? 0;
      await eventually(async () => ((await store.holder('long'))?.expiresAt ?? 0) > first + expiryMs);
      expect(outcome.lease.lost.aborted).toBe(false);
      await outcome.lease.release();
    });

    it('lets an expired lease be taken, and tells the holder that slept', async () => {
      const { open } = await setting();
      const sleeper = await (await open()).acquire('sleepy');
      if (sleeper.status !== 'ACQUIRED') throw new Error('the lease is free, so it must be given');
      // Another process whose clock is past the expiry, as if the holder had not been running for so long.
      const later = await open({ clock: () => Date.now() + DAY });
      const taker = await later.acquire('sleepy');
      expect(taker.status).toBe('ACQUIRED');
      await eventually(() => sleeper.lease.lost.aborted);
      expect(String(sleeper.lease.lost.reason)).toMatch(/another process has taken it/);
      // The loser's release must not end the taker's lease.
      await sleeper.lease.release();
      expect(await later.holder('sleepy')).not.toBeNull();
      if (taker.status === 'ACQUIRED') await taker.lease.release();
    });

    it('refuses a name that is no name', async () => {
      const { open } = await setting();
      await expect((await open()).acquire('../other')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    });
  });
}
