import { describe, expect, it } from 'vitest';
import { pollEvent } from '../../../tests/support/poll-events.js';
import { type WarehouseSetting, warehouseBench } from '../../../tests/support/warehouse-bench.js';
import type { PollEvent } from '../../domain/event.js';
import { eventId, optionId, pollId, runId, userId } from '../../domain/ids.js';
import type { Poll } from '../../domain/poll.js';
import { DAY, HOUR } from '../../domain/time.js';
import type { WarehouseSession } from './warehouse.js';

const POLL: Poll = {
  id: pollId('p'),
  question: 'Cats, "dogs" or 鳥?',
  options: [
    { id: optionId('cat'), label: "The cat's" },
    { id: optionId('dog'), label: '' },
  ],
  topics: ['pets', 'デジタル'],
  language: 'zh-TW',
  authorId: null,
  createdAt: 5,
  closesAt: null,
  status: 'OPEN',
};

/** What every warehouse keeps to when it is added to and read; see `warehouseSessionContract` for its statements. */
export function warehouseContract(name: string, setting: () => Promise<WarehouseSetting>): void {
  describe(`${name} as Warehouse`, () => {
    const begin = warehouseBench(setting);

    const ids = async (session: WarehouseSession): Promise<unknown[]> =>
      (await session.all('SELECT event_id FROM events ORDER BY arrival')).map((row) => row.event_id);

    it('is empty at first, with every table there', async () => {
      const { warehouse, read } = await begin();
      expect(await warehouse.snapshot()).toMatchObject({
        through: null,
        rows: { events: 0, polls: 0, topics: 0, userChanges: 0 },
      });
      const session = await read();
      expect(
        await session.all('SELECT event_id, user_id, poll_id, option_id, kind, occurred_at FROM events'),
      ).toEqual([]);
      expect(await session.all('SELECT option_ids, topics, closes_at, arrival FROM polls')).toEqual([]);
      expect(await session.all('SELECT topic_id, title, language FROM topics')).toEqual([]);
      expect(await session.all('SELECT change_id, into_user_id, languages FROM user_changes')).toEqual([]);
      expect(await warehouse.append({})).toEqual({ added: 0, known: 0 });
    });

    it('gives back what was added, every column of every table', async () => {
      const { warehouse, read } = await begin();
      const event: PollEvent = {
        ...pollEvent({
          kind: 'IMPRESSION',
          id: 'é ☂ 🦆',
          user: "o'hara",
          poll: 'a:b',
          at: 1_700_000_000_123,
        }),
        kind: 'IMPRESSION',
        position: 3,
        recommendationId: 'r',
      };
      const vote = pollEvent({
        id: 'v',
        option: 'dog',
        isAuthor: true,
        at: -5,
        recordedAt: 1_700_000_000_124,
      });
      const summary = await warehouse.append({
        events: [event, vote],
        polls: [{ poll: POLL, recordedAt: 7 }],
        topics: [{ topic: { id: 'pets', title: 'Pets', language: null }, recordedAt: 8 }],
        userChanges: [
          {
            change: {
              changeId: eventId('c'),
              userId: userId('ada'),
              occurredAt: 1,
              kind: 'MERGE',
              into: userId('bob'),
            },
            recordedAt: 9,
          },
        ],
      });
      expect(summary).toEqual({ added: 5, known: 0 });
      expect(await warehouse.snapshot()).toMatchObject({
        through: 1_700_000_000_124,
        rows: { events: 2, polls: 1, topics: 1, userChanges: 1 },
      });
      const session = await read();
      const rows = async (table: string) =>
        (await session.all(`SELECT * FROM ${table} ORDER BY arrival`)).map(({ arrival: _, ...row }) => row);
      expect(await rows('events')).toEqual([
        {
          event_id: 'é ☂ 🦆',
          user_id: "o'hara",
          poll_id: 'a:b',
          option_id: null,
          kind: 'IMPRESSION',
          occurred_at: 1_700_000_000_123,
          recorded_at: 1_700_000_000_123,
          is_author: false,
          recommendation_id: 'r',
          position: 3,
        },
        {
          event_id: 'v',
          user_id: 'ada',
          poll_id: 'p',
          option_id: 'dog',
          kind: 'VOTE',
          occurred_at: -5,
          recorded_at: 1_700_000_000_124,
          is_author: true,
          recommendation_id: null,
          position: null,
        },
      ]);
      expect(await rows('polls')).toEqual([
        {
          poll_id: 'p',
          question: POLL.question,
          option_ids: ['cat', 'dog'],
          option_labels: ["The cat's", ''],
          topics: ['pets', 'デジタル'],
          language: 'zh-TW',
          author_id: null,
          created_at: 5,
          closes_at: null,
          status: 'OPEN',
          recorded_at: 7,
        },
      ]);
      expect(await rows('topics')).toEqual([
        { topic_id: 'pets', title: 'Pets', language: null, recorded_at: 8 },
      ]);
      expect(await rows('user_changes')).toEqual([
        {
          change_id: 'c',
          user_id: 'ada',
          kind: 'MERGE',
          into_user_id: 'bob',
          topics: [],
          languages: [],
          occurred_at: 1,
          recorded_at: 9,
        },
      ]);
    });

    it('refuses a time that is none, and keeps nothing of that batch', async () => {
      const { warehouse } = await begin();
      const broken = warehouse.append({
        polls: [{ poll: POLL, recordedAt: 1 }],
        events: [pollEvent({ at: 1 }), pollEvent({ at: Number.NaN, recordedAt: 1 })],
      });
      await expect(broken).rejects.toMatchObject({ code: 'INVALID_DATA' });
      expect((await warehouse.snapshot()).rows).toMatchObject({ events: 0, polls: 0 });
    });

    it('leaves out known events when asked to, within a batch too', async () => {
      const { warehouse, other, read } = await begin();
      const [a, b, c] = ['a', 'b', 'c'].map((id) => pollEvent({ id })) as [PollEvent, PollEvent, PollEvent];
      await warehouse.append({ events: [a] });
      expect(await warehouse.append({ events: [b, a, b] }, { skipKnown: true })).toEqual({
        added: 1,
        known: 2,
      });
      expect(await warehouse.append({ events: [a, b] }, { skipKnown: true })).toEqual({ added: 0, known: 2 });
      const second = await other();
      expect(await second.append({ events: [c, b] }, { skipKnown: true })).toEqual({ added: 1, known: 1 });
      await second.compact();
      expect(await warehouse.append({ events: [a, b, c] }, { skipKnown: true })).toEqual({
        added: 0,
        known: 3,
      });
      expect(await warehouse.append({ events: [a] })).toEqual({ added: 1, known: 0 });
      expect(await ids(await read())).toEqual(['a', 'b', 'c', 'a']);
    });

    it('numbers arrivals in the order of adding, over batches, days of recording and merges', async () => {
      const { warehouse, read } = await begin();
      await warehouse.append({
        events: [pollEvent({ id: 'a', at: 9 * DAY }), pollEvent({ id: 'b', at: 2 * DAY })],
      });
      await warehouse.append({
        events: [pollEvent({ id: 'c', at: 9 * DAY }), pollEvent({ id: 'd', at: 1 * DAY })],
      });
      expect(await ids(await read())).toEqual(['a', 'b', 'c', 'd']);
      await warehouse.compact();
      await warehouse.append({ events: [pollEvent({ id: 'e', at: 2 * DAY })] });
      expect(await ids(await read())).toEqual(['a', 'b', 'c', 'd', 'e']);
      await warehouse.compact();
      expect(await ids(await read())).toEqual(['a', 'b', 'c', 'd', 'e']);
      const session = await read();
      const [row] = await session.all('SELECT COUNT(DISTINCT arrival) AS places FROM events');
      expect(row).toEqual({ places: 5 });
    });

    it('shows a session nothing that was added later', async () => {
      const { warehouse, read } = await begin();
      await warehouse.append({ events: [pollEvent({ id: 'a' })] });
      const snapshot = await warehouse.snapshot();
      const before = await read();
      await warehouse.append({
        events: [pollEvent({ id: 'b', at: 2 })],
        polls: [{ poll: POLL, recordedAt: 1 }],
      });
      await warehouse.compact();
      expect(await ids(before)).toEqual(['a']);
      expect(await before.all('SELECT * FROM polls')).toEqual([]);
      expect(await warehouse.openSnapshot(snapshot.id)).toEqual(snapshot);
      expect(await ids(await read({ snapshot, run: runId('later') }))).toEqual(['a']);
      expect(await ids(await read())).toEqual(['a', 'b']);
    });

    it('knows no snapshot by an id that is none', async () => {
      const { warehouse } = await begin();
      for (const id of ['../1', '', '-1', '99999999999999999999']) {
        await expect(warehouse.openSnapshot(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      }
    });

    it('keeps what a run reads, whatever comes later', async () => {
      const { warehouse, other, read, pass } = await begin();
      await warehouse.append({ events: [pollEvent({ id: 'a', at: 1 })] });
      await warehouse.append({ events: [pollEvent({ id: 'b', at: 2 })] });
      const snapshot = await warehouse.holdSnapshot('flow', runId('long'));
      // Two rounds: what the first one replaces, the second one deletes.
      for (let round = 0; round < 2; round += 1) {
        await warehouse.append({ events: [pollEvent({ at: 3 })] });
        await (await other()).compact();
        pass(2 * HOUR);
      }
      await warehouse.compact();
      expect(await warehouse.openSnapshot(snapshot.id)).toEqual(snapshot);
      expect(await ids(await read({ snapshot, run: runId('long') }))).toEqual(['a', 'b']);
      expect(await (await other()).holdSnapshot('flow', runId('long'))).toEqual(snapshot);
      await warehouse.removeRun('flow', runId('long'));
      expect((await warehouse.holdSnapshot('flow', runId('long'))).rows.events).toBe(4);
      await expect(warehouse.holdSnapshot('../x', runId('r'))).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
      });
    });

    it('loses nothing of many who add at once while others merge', async () => {
      const { warehouse, other, read } = await begin();
      const second = await other();
      const adding = Array.from({ length: 24 }, async (_, place) => {
        const target = place % 2 === 0 ? warehouse : second;
        await target.append({ events: [pollEvent({ id: `e${place}`, at: 1 + place })] });
        if (place % 8 === 0) await target.compact();
      });
      await Promise.all(adding);
      await Promise.all([warehouse.compact(), second.compact()]);
      const found = await ids(await read());
      expect(found.toSorted()).toEqual(Array.from({ length: 24 }, (_, place) => `e${place}`).sort());
    });

    it('finishes what is being added when it is closed', async () => {
      const { warehouse, other, read } = await begin();
      const second = await other();
      const adding = [
        second.append({ events: [pollEvent({ id: 'a' })] }),
        second.append({ events: [pollEvent({ id: 'b' })] }, { skipKnown: true }),
      ];
      await second.close();
      expect(await Promise.all(adding)).toEqual([
        { added: 1, known: 0 },
        { added: 1, known: 0 },
      ]);
      expect((await warehouse.snapshot()).rows.events).toBe(2);
      expect((await ids(await read())).toSorted()).toEqual(['a', 'b']);
    });

    it('answers a ping', async () => {
      const { warehouse } = await begin();
      await expect(warehouse.ping()).resolves.toBeUndefined();
    });
  });
}
