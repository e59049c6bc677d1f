import { describe, expect, it } from 'vitest';
import { eventId, optionId, pollId, userId } from '../../domain/ids.js';
import type { Poll } from '../../domain/poll.js';
import { POPULARITY_HALF_LIFE, type PollStatistics } from '../../domain/popularity.js';
import type { CatalogueCursor, CatalogueEntry, CatalogueStore, LiveVote } from './catalogue-store.js';

export interface CatalogueStoreSetting {
  /** A store on the same polls as all others of this setting, as another process would open it. */
  open(): Promise<CatalogueStore>;
}

export const samplePoll = (id: string, more: Partial<Poll> = {}): Poll => ({
  id: pollId(id),
  question: `What about ${id}?`,
  options: [
    { id: optionId('agree'), label: 'Agree' },
    { id: optionId('disagree'), label: '反対' },
  ],
  topics: ['food', 'sport'],
  language: 'en',
  authorId: userId('ada'),
  createdAt: 5,
  closesAt: null,
  status: 'OPEN',
  ...more,
});

let votes = 0;
export function liveVote(
  poll: string,
  more: { id?: string; option?: string | null; replaced?: string; at?: number; isEstablished?: boolean },
): LiveVote {
  votes += 1;
  const { id = `vote ${votes}`, option = 'agree', replaced, at = 100, isEstablished = true } = more;
  return {
    eventId: eventId(id),
    pollId: pollId(poll),
    optionId: option === null ? null : optionId(option),
    replaced: replaced === undefined ? null : optionId(replaced),
    isEstablished,
    occurredAt: at,
    recordedAt: at,
  };
}

export const statistics = (poll: string, through: number): PollStatistics => ({
  pollId: pollId(poll),
  optionVotes: [
    { optionId: optionId('agree'), votes: 7 },
    { optionId: optionId('disagree'), votes: 0 },
  ],
  votesLastDay: 3,
  decayed: { established: 4.25, first: 0.5, at: through - 7 },
  firstVoteOdds: null,
  prior: { share: 0.625, weight: 3.5 },
  trend: 1.5,
  through,
});

/** Everything that waits after the cursor. */
export async function readAll(store: CatalogueStore, from: CatalogueCursor | null) {
  const entries: CatalogueEntry[] = [];
  let cursor = from;
  for (;;) {
    const part = await store.changes(cursor);
    entries.push(...part.entries);
    cursor = part.cursor;
    if (!part.more) return { entries, cursor };
  }
}

const ids = (entries: readonly CatalogueEntry[]) => entries.map((entry) => entry.poll.id);

async function countsOf(store: CatalogueStore, poll: string): Promise<Record<string, number> | null> {
  const entry = (await readAll(store, null)).entries.find((other) => other.poll.id === poll);
  if (entry === undefined) return null;
  const counted = entry.liveVotes.filter((option) => option.votes !== 0);
  return Object.fromEntries(counted.map((option) => [option.optionId, option.votes]));
}

/** What every catalogue store keeps to. */
export function catalogueStoreContract(name: string, setting: () => Promise<CatalogueStoreSetting>): void {
  describe(`${name} as CatalogueStore`, () => {
    const open = async (): Promise<CatalogueStore> => (await setting()).open();
    const filled = async (...polls: string[]): Promise<CatalogueStore> => {
      const store = await open();
      await store.upsert(polls.map((id) => ({ poll: samplePoll(id), recordedAt: 10 })));
      return store;
    };

    it('takes an author out of the polls up to a moment, as a change that older recordings do not undo', async () => {
      const store = await open();
      const ada = userId('ada');
      const before = samplePoll('before');
      const later = samplePoll('later', { createdAt: 60 });
      const other = samplePoll('other', { authorId: userId('bob') });
      await store.upsert([
        { poll: before, recordedAt: 50 },
        { poll: later, recordedAt: 60 },
        { poll: other, recordedAt: 10 },
      ]);
      const { cursor } = await readAll(store, null);
      await store.forgetAuthor(ada, 50);
      await store.upsert([{ poll: before, recordedAt: 50 }]);
      expect(await store.get([before.id, later.id, other.id])).toEqual([
        { ...before, authorId: null },
        later,
        other,
      ]);
      expect(ids((await readAll(store, cursor)).entries)).toEqual([before.id]);
      await store.upsert([{ poll: before, recordedAt: 70 }]);
      expect((await store.get([before.id]))[0]?.authorId).toBe(ada);
    });

    it('gives every field of a poll back, in the order asked for', async () => {
      const store = await open();
      const one = samplePoll('one');
      const other = samplePoll('他:2', {
        question: '',
        topics: [],
        language: null,
        authorId: null,
        closesAt: 9_000,
        status: 'CLOSED',
        options: Array.from({ length: 12 }, (_, index) => ({ id: optionId(`o${index}`), label: '' })),
      });
      await store.upsert([one, other].map((poll) => ({ poll, recordedAt: 1 })));
      expect(await store.get([other.id, pollId('nothing'), one.id])).toEqual([other, null, one]);
    });

    it('lets the poll hold that was recorded later, whichever comes first', async () => {
      const store = await open();
      const put = (question: string, recordedAt: number) =>
        store.upsert([{ poll: samplePoll('p', { question }), recordedAt }]);
      await put('second', 20);
      await put('first', 10);
      expect((await store.get([pollId('p')]))[0]?.question).toBe('second');
      await put('same time', 20);
      expect((await store.get([pollId('p')]))[0]?.question).toBe('same time');
    });

    it('sets the status, also of a poll that another clock recorded later', async () => {
      const store = await filled('p');
      expect(await store.setStatus(pollId('p'), 'HIDDEN', 20)).toEqual({
        poll: samplePoll('p', { status: 'HIDDEN' }),
        recordedAt: 20,
      });
      await store.upsert([{ poll: samplePoll('p'), recordedAt: 15 }]);
      expect((await store.get([pollId('p')]))[0]?.status).toBe('HIDDEN');
      expect(await store.setStatus(pollId('p'), 'OPEN', 19)).toMatchObject({
        poll: { status: 'OPEN' },
        recordedAt: 21,
      });
      expect(await store.setStatus(pollId('nothing'), 'HIDDEN', 20)).toBeNull();
    });

    it('starts with the whole catalogue, then tells what changed, each poll once in its present state', async () => {
      const store = await filled('a', 'b', 'c');
      const start = await readAll(store, null);
      expect(ids(start.entries)).toEqual(['a', 'b', 'c']);
      expect(await store.changes(start.cursor)).toEqual({ entries: [], cursor: start.cursor, more: false });
      await store.setStatus(pollId('b'), 'HIDDEN', 20);
      await store.upsert([{ poll: samplePoll('d'), recordedAt: 20 }]);
      await store.countVotes([liveVote('a', {})]);
      await store.setStatus(pollId('b'), 'REMOVED', 30);
      const next = await readAll(store, start.cursor);
      expect(ids(next.entries).toSorted()).toEqual(['a', 'b', 'd']);
      expect(next.entries.find(({ poll }) => poll.id === 'b')?.poll.status).toBe('REMOVED');
      expect(next.entries.find(({ poll }) => poll.id === 'a')?.liveVotes).toHaveLength(1);
      expect(ids((await readAll(store, null)).entries).toSorted()).toEqual(['a', 'b', 'c', 'd']);
    });

    it('tells polls in the order in which they were written last', async () => {
      const store = await filled('a', 'b', 'c');
      const { cursor } = await readAll(store, null);
      await store.setStatus(pollId('b'), 'HIDDEN', 20);
      await store.upsert([{ poll: samplePoll('d'), recordedAt: 20 }]);
      await store.setStatus(pollId('b'), 'REMOVED', 30);
      expect(ids((await readAll(store, cursor)).entries)).toEqual(['d', 'b']);
      expect(ids((await readAll(store, null)).entries)).toEqual(['a', 'c', 'd', 'b']);
    });

    it('tells nothing of a poll that is put again as it is', async () => {
      const store = await filled('a', 'b');
      const { cursor } = await readAll(store, null);
      await store.upsert([{ poll: samplePoll('a'), recordedAt: 10 }]);
      expect(ids((await readAll(store, cursor)).entries)).toEqual([]);
    });

    it('gives a large catalogue page by page, each poll once, while it changes', async () => {
      const store = await filled(...Array.from({ length: 3_500 }, (_, index) => `p${index}`));
      const first = await store.changes(null);
      expect(first.more).toBe(true);
      await store.setStatus(pollId('p0'), 'CLOSED', 20);
      await store.setStatus(pollId('p3400'), 'CLOSED', 20);
      const rest = await readAll(store, first.cursor);
      const seen = [...ids(first.entries), ...ids(rest.entries)];
      expect(new Set(seen).size).toBe(3_500);
      expect(seen.filter((id) => id === 'p0')).toHaveLength(2);
      expect(rest.entries.at(-2)?.poll).toMatchObject({ id: 'p0', status: 'CLOSED' });
      expect(seen.filter((id) => id === 'p3400')).toHaveLength(1);
    });

    it('shows a change to every instance once it is answered', async () => {
      const { open: instance } = await setting();
      const [one, other] = [await instance(), await instance()];
      let cursor: CatalogueCursor | null = null;
      for (let round = 0; round < 20; round += 1) {
        await one.upsert([{ poll: samplePoll(`p${round}`), recordedAt: 1 }]);
        const changes = await other.changes(cursor);
        expect(ids(changes.entries)).toEqual([`p${round}`]);
        cursor = changes.cursor;
      }
    });

    it('starts over with a cursor that it does not know', async () => {
      const store = await filled('a', 'b');
      for (const cursor of ['999999', 'from another store', '-1']) {
        expect(ids((await readAll(store, cursor)).entries)).toEqual(['a', 'b']);
      }
    });

    it('counts votes, re-votes and retractions as they come', async () => {
      const store = await filled('p', 'q');
      await store.countVotes([
        liveVote('p', {}),
        liveVote('p', {}),
        liveVote('p', { option: 'disagree', replaced: 'agree' }),
        liveVote('q', { option: null, replaced: 'disagree' }),
        liveVote('unknown', {}),
      ]);
      expect(await countsOf(store, 'p')).toEqual({ agree: 1, disagree: 1 });
      expect(await countsOf(store, 'q')).toEqual({ disagree: -1 });
      expect(await countsOf(store, 'unknown')).toBeNull();
    });

    it('tells votes of established users from first votes, each by its age', async () => {
      const store = await filled('p');
      await store.countVotes([
        liveVote('p', { at: 100 }),
        liveVote('p', { at: 100 + POPULARITY_HALF_LIFE, isEstablished: false }),
        liveVote('p', { at: 100 + POPULARITY_HALF_LIFE, option: 'disagree', replaced: 'agree' }),
      ]);
      const [entry] = (await readAll(store, null)).entries;
      expect(entry?.liveActivity).toEqual({ established: 0.5, first: 1, at: 100 + POPULARITY_HALF_LIFE });
      await store.putStatistics([statistics('p', 100)]);
      const [left] = (await readAll(store, null)).entries;
      expect(left?.liveActivity).toEqual({ established: 0, first: 1, at: 100 + POPULARITY_HALF_LIFE });
    });

    it('counts an event once', async () => {
      const store = await filled('p');
      const vote = liveVote('p', { id: 'once' });
      await store.countVotes([vote, vote]);
      const { cursor } = await readAll(store, null);
      await store.countVotes([{ ...vote, recordedAt: 101 }]);
      expect(await countsOf(store, 'p')).toEqual({ agree: 1 });
      expect(ids((await readAll(store, cursor)).entries)).toEqual([]);
    });

    it('keeps all votes that come at once', async () => {
      const { open: instance } = await setting();
      const stores = [await instance(), await instance()];
      await stores[0]?.upsert([{ poll: samplePoll('p'), recordedAt: 1 }]);
      await Promise.all(
        Array.from({ length: 300 }, (_, i) => stores[i % 2]?.countVotes([liveVote('p', {})])),
      );
      expect(stores[1] && (await countsOf(stores[1], 'p'))).toEqual({ agree: 300 });
    });

    it('makes all changes of one poll that come at once', async () => {
      const { open: instance } = await setting();
      const stores = [await instance(), await instance()];
      await stores[0]?.upsert([{ poll: samplePoll('p'), recordedAt: 1 }]);
      const changes = Array.from({ length: 20 }, (_, i) =>
        stores[i % 2]?.setStatus(pollId('p'), 'HIDDEN', 1),
      );
      await Promise.all([...changes, stores[1]?.putStatistics([statistics('p', 9)])]);
      const recordedAt = (await Promise.all(changes)).map((changed) => changed?.recordedAt);
      expect(recordedAt.toSorted((a = 0, b = 0) => a - b)).toEqual(changes.map((_, index) => index + 2));
      const entries = stores[0] && (await readAll(stores[0], null)).entries;
      expect(entries?.[0]).toMatchObject({ poll: { status: 'HIDDEN' }, statistics: { through: 9 } });
    });

    it('takes the counts of a flow over and keeps what came later', async () => {
      const store = await filled('p', 'p:q');
      const { cursor } = await readAll(store, null);
      await store.countVotes([
        liveVote('p', { at: 100 }),
        liveVote('p', { at: 200, option: 'disagree' }),
        liveVote('p', { at: 201, option: 'disagree' }),
        liveVote('p:q', { at: 100 }),
      ]);
      await store.putStatistics([statistics('p', 200)]);
      const { entries } = await readAll(store, cursor);
      expect(entries.find((entry) => entry.poll.id === 'p')?.statistics).toEqual(statistics('p', 200));
      expect(await countsOf(store, 'p')).toEqual({ disagree: 1 });
      expect(await countsOf(store, 'p:q')).toEqual({ agree: 1 });
      await store.countVotes([liveVote('p', { at: 150 })]);
      expect(await countsOf(store, 'p')).toEqual({ disagree: 1 });
    });

    it('keeps the counts of the later of two flows, and those of polls that come later', async () => {
      const store = await open();
      await store.putStatistics([statistics('p', 300)]);
      expect((await readAll(store, null)).entries).toEqual([]);
      await store.upsert([{ poll: samplePoll('p'), recordedAt: 1 }]);
      await store.putStatistics([statistics('p', 200)]);
      const [entry] = (await readAll(store, null)).entries;
      expect(entry).toMatchObject({ poll: samplePoll('p'), statistics: statistics('p', 300), liveVotes: [] });
    });

    it('takes the longest ids of any script', async () => {
      const store = await open();
      const long = '票'.repeat(256);
      await store.upsert([{ poll: samplePoll(long), recordedAt: 1 }]);
      await store.countVotes([liveVote(long, { id: '件'.repeat(256) })]);
      expect(await countsOf(store, long)).toEqual({ agree: 1 });
    });

    it('says that it is there, and rejects once it is closed', async () => {
      const store = await filled('p');
      await store.ping();
      await store.close();
      for (const use of [
        store.ping(),
        store.get([pollId('p')]),
        store.changes(null),
        store.countVotes([liveVote('p', {})]),
      ]) {
        await expect(use).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
      }
    });
  });
}
