import { afterEach, describe, expect, it } from 'vitest';
import { pollEvent } from '../../../tests/support/poll-events.js';
import { eventId, optionId, pollId, userId } from '../../domain/ids.js';
import type { Outbox, OutboxRecord } from './outbox.js';

export interface OutboxSetting {
  /** An outbox on the same records as all others of this setting, as another process would open it. */
  open(): Promise<Outbox>;
}

export const eventRecord = (id: string, user = 'ada'): OutboxRecord => ({
  type: 'EVENT',
  event: pollEvent({ id, user }),
});

const POLL: OutboxRecord = {
  type: 'POLL',
  poll: {
    id: pollId('p'),
    question: '電話?',
    options: [{ id: optionId('a'), label: 'A' }],
    topics: [],
    language: null,
    authorId: userId('ada'),
    createdAt: 1,
    closesAt: null,
    status: 'OPEN',
  },
  recordedAt: 2,
};

const change = (kind: 'ERASE' | 'INTERESTS'): OutboxRecord => {
  const base = { changeId: eventId(`c-${kind}`), userId: userId('ada'), occurredAt: 3 };
  return {
    type: 'USER_CHANGE',
    change: kind === 'ERASE' ? { ...base, kind } : { ...base, kind, topics: ['x'], languages: [] },
    recordedAt: 4,
  };
};

/** What every outbox keeps to. */
export function outboxContract(name: string, setting: () => Promise<OutboxSetting>): void {
  describe(`${name} as Outbox`, () => {
    const opened: Outbox[] = [];
    afterEach(() => Promise.all(opened.splice(0).map((outbox) => outbox.close())));

    async function begin(): Promise<{ outbox: Outbox; other: () => Promise<Outbox> }> {
      const { open } = await setting();
      const other = async (): Promise<Outbox> => {
        const outbox = await open();
        opened.push(outbox);
        return outbox;
      };
      return { outbox: await other(), other };
    }

    const waiting = async (outbox: Outbox): Promise<unknown[]> => [
      ...((await outbox.take(1_000))?.records ?? []),
    ];

    it('gives nothing when empty', async () => {
      const { outbox } = await begin();
      expect(await outbox.take(10)).toBeNull();
      expect(await outbox.size()).toBe(0);
      await outbox.append([]);
      expect(await outbox.size()).toBe(0);
    });

    it('gives records back as they were, oldest first, until they are acknowledged', async () => {
      const { outbox } = await begin();
      const records = [eventRecord('é ☂'), POLL, change('INTERESTS'), change('ERASE')];
      await outbox.append(records.slice(0, 3));
      await outbox.append(records.slice(3));
      const first = await outbox.take(2);
      expect(first?.records).toEqual(records.slice(0, 2));
      expect(await outbox.take(2)).toEqual(first);
      expect(await outbox.size()).toBe(4);
      await outbox.acknowledge(first?.token ?? '');
      expect(await waiting(outbox)).toEqual(records.slice(2));
    });

    it('removes by a token only what its batch held, also when that batch was the whole', async () => {
      const { outbox } = await begin();
      await outbox.append([eventRecord('a')]);
      const token = (await outbox.take(10))?.token ?? '';
      await outbox.append([eventRecord('b')]);
      await outbox.acknowledge(token);
      await outbox.acknowledge((await outbox.take(10))?.token ?? '');
      await outbox.append([eventRecord('c')]);
      await outbox.acknowledge(token);
      expect(await waiting(outbox)).toEqual([eventRecord('c')]);
      await expect(outbox.acknowledge('none')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    });

    it('keeps all of many appends at once, each one’s records together and in order', async () => {
      const { outbox, other } = await begin();
      const second = await other();
      await Promise.all(
        Array.from({ length: 100 }, (_, place) =>
          (place % 2 === 0 ? outbox : second).append([eventRecord(`${place}-0`), eventRecord(`${place}-1`)]),
        ),
      );
      const ids = (await outbox.take(1_000))?.records.map((record) =>
        record.type === 'EVENT' ? record.event.eventId : '',
      );
      expect(ids).toHaveLength(200);
      for (let place = 0; place < 100; place += 1) {
        const at = ids?.indexOf(eventId(`${place}-0`)) ?? -1;
        expect(ids?.[at + 1]).toBe(`${place}-1`);
      }
    });

    it('shows a record to all at once, and loses none when two drain at the same time', async () => {
      const { outbox, other } = await begin();
      const second = await other();
      await outbox.append([eventRecord('seen')]);
      expect(await waiting(second)).toEqual([eventRecord('seen')]);

      const total = 200;
      const delivered = new Set<string>();
      let adding = true;
      const drain = async (from: Outbox): Promise<void> => {
        for (;;) {
          const last = !adding;
          const batch = await from.take(7);
          for (const record of batch?.records ?? []) {
            if (record.type === 'EVENT') delivered.add(record.event.eventId);
          }
          if (batch !== null) await from.acknowledge(batch.token);
          else if (last) return;
          else await new Promise(setImmediate);
        }
      };
      const add = async (): Promise<void> => {
        for (let place = 0; place < total; place += 4) {
          await outbox.append(Array.from({ length: 4 }, (_, offset) => eventRecord(`e${place + offset}`)));
        }
        adding = false;
      };
      await Promise.all([add(), drain(outbox), drain(second)]);
      expect(delivered.size).toBe(total + 1);
      expect(await outbox.size()).toBe(0);
    });

    it('forgets what waits of one user, but for the order to erase, and the polls', async () => {
      const { outbox } = await begin();
      const erase = change('ERASE');
      await outbox.append([eventRecord('a'), eventRecord('b', 'bob'), erase, change('INTERESTS'), POLL]);
      expect(await outbox.forget(userId('ada'))).toBe(2);
      expect(await waiting(outbox)).toEqual([eventRecord('b', 'bob'), erase, POLL]);
      expect(await outbox.forget(userId('ada'))).toBe(0);
    });

    it('has after opening again what it had before', async () => {
      const { outbox, other } = await begin();
      await outbox.append([eventRecord('a'), eventRecord('b')]);
      await outbox.acknowledge((await outbox.take(1))?.token ?? '');
      await outbox.close();
      expect(await waiting(await other())).toEqual([eventRecord('b')]);
    });
  });
}
