import { describe, expect, it } from 'vitest';
import { type EventFields, pollEvent } from '../../../tests/support/poll-events.js';
import { emptyFeatures, HISTORY_LIMIT, type UserFeatures } from '../../domain/features.js';
import { eventId, optionId, pollId, userId } from '../../domain/ids.js';
import { HOUR } from '../../domain/time.js';
import type { FeatureStore } from './feature-store.js';

const changeAt = (at: number) => ({ at, changeId: eventId(`change-${at}`) });

export interface FeatureStoreSetting {
  /** A store on the same users as all others of this setting, as another process would open it. */
  open(): Promise<FeatureStore>;
}

const ada = userId('ada');
const bob = userId('bob');
/** A watermark; events are dated relative to it. */
const THROUGH = 1_000 * HOUR;

const vote = (poll: string, at: number, more: EventFields = {}) => pollEvent({ poll, at, ...more });
const tastes = (features: UserFeatures | null | undefined) =>
  features?.history.map((entry) => `${entry.pollId} ${entry.optionId ?? entry.kind}`) ?? null;

/** What a flow would have computed for a user from votes for agree. */
function indexed(user: string, polls: readonly string[], at: number): { readonly features: UserFeatures } {
  const nobody = emptyFeatures(userId(user), at);
  const history = polls.map((poll, index) => ({
    pollId: pollId(poll),
    kind: 'VOTE' as const,
    optionId: optionId('agree'),
    occurredAt: at + index,
    recordedAt: at + index,
  }));
  return { features: { ...nobody, history, voted: polls.map(pollId) } };
}

/** What every feature store keeps to. */
export function featureStoreContract(name: string, setting: () => Promise<FeatureStoreSetting>): void {
  describe(`${name} as FeatureStore`, () => {
    const open = async (): Promise<FeatureStore> => (await setting()).open();

    it('gives features in the order asked for, null where nothing is known', async () => {
      const store = await open();
      await store.apply([vote('p', 1), vote('q', 2, { user: 'bob' })]);
      const found = await store.get([bob, userId('nobody'), ada, bob]);
      expect(found.map((features) => features?.userId ?? null)).toEqual(['bob', null, 'ada', 'bob']);
      expect(found.map(tastes)).toEqual([['q agree'], null, ['p agree'], ['q agree']]);
      expect(await store.get([])).toEqual([]);
    });

    it('keeps every field of what a flow has indexed', async () => {
      const store = await open();
      const features: UserFeatures = {
        ...indexed('ada', ['語', 'p:1', 'x y'], THROUGH - HOUR).features,
        history: [
          { pollId: pollId('q'), kind: 'RETRACTED', optionId: null, occurredAt: 3, recordedAt: 9 },
          { pollId: pollId('r'), kind: 'SKIP', optionId: null, occurredAt: 4, recordedAt: 8 },
          ...indexed('ada', ['語', 'p:1'], THROUGH).features.history,
        ],
        dismissals: [
          { pollId: pollId('d'), active: true, occurredAt: 50 },
          { pollId: pollId('e'), active: false, occurredAt: 20 },
        ],
        authored: [pollId('own')],
        impressions: [{ pollId: pollId('i'), count: 3, lastSeenAt: 70 }],
        interests: { topics: ['food', 'スポーツ'], languages: ['en'] },
        affinities: [
          { topic: 'food', weight: 0.75 },
          { topic: 'sport', weight: 0.125 },
        ],
        languages: ['ja', 'en'],
        updatedAt: THROUGH,
      };
      await store.index([{ features }], THROUGH);
      const [found] = await store.get([ada]);
      expect({ ...found, voted: found?.voted.toSorted() }).toEqual({
        ...features,
        voted: features.voted.toSorted(),
      });
    });

    it('says what became of each event, and of votes which they replace', async () => {
      const store = await open();
      const outcomes = await store.apply([
        vote('p', 5),
        vote('p', 6, { option: 'disagree' }),
        vote('p', 6, { option: 'disagree' }),
        vote('p', 4, { option: 'pass' }),
        pollEvent({ kind: 'DISMISS', poll: 'p', at: 7 }),
        pollEvent({ kind: 'RETRACT_VOTE', poll: 'p', at: 8 }),
      ]);
      expect(outcomes).toMatchObject([
        { status: 'APPLIED', replaced: null },
        { status: 'APPLIED', replaced: 'agree' },
        { status: 'DUPLICATE', replaced: 'agree', again: true },
        { status: 'APPLIED', replaced: 'pass' },
        { status: 'APPLIED', replaced: null },
        { status: 'APPLIED', replaced: 'disagree' },
      ]);
      expect(await store.apply([vote('p', 5)])).toMatchObject([
        { status: 'DUPLICATE', replaced: null, again: true },
      ]);
      expect(await store.apply([])).toEqual([]);
    });

    it('says on how many other polls the user had voted before, the same when an event comes again', async () => {
      const store = await open();
      const events = [
        vote('own', 1, { isAuthor: true }),
        vote('p', 2),
        vote('p', 3, { option: 'disagree' }),
        vote('q', 4),
        pollEvent({ kind: 'RETRACT_VOTE', poll: 'p', at: 5 }),
      ];
      const expected = [0, 0, 0, 1, 1].map((votedBefore) => ({ votedBefore }));
      expect(await store.apply(events)).toMatchObject(expected);
      expect(await store.apply(events)).toMatchObject(expected);
    });

    it('is read as it was written, by every instance', async () => {
      const { open: instance } = await setting();
      const [one, other] = [await instance(), await instance()];
      for (let round = 1; round <= 20; round += 1) {
        await one.apply([vote(`p${round}`, round)]);
        const [found] = await other.get([ada]);
        expect(found?.history).toHaveLength(round);
      }
    });

    it('has impressions read by every instance once they are flushed', async () => {
      const { open: instance } = await setting();
      const [one, other] = [await instance(), await instance()];
      const seen = pollEvent({ kind: 'IMPRESSION', poll: 'i', at: 5 });
      expect(await one.apply([seen])).toMatchObject([{ status: 'APPLIED', replaced: null }]);
      expect((await one.get([ada]))[0]?.impressions).toMatchObject([{ pollId: 'i', count: 1 }]);
      await one.flush();
      expect(await other.get([ada])).toEqual(await one.get([ada]));
      expect(await one.apply([seen])).toMatchObject([{ status: 'DUPLICATE', again: true }]);
    });

    it('keeps all of a thousand concurrent events of one user', async () => {
      const { open: instance } = await setting();
      const stores = [await instance(), await instance()];
      const work = Array.from({ length: 1_000 }, (_, index) =>
        stores[index % 2]?.apply([vote(`p${index}`, 1 + index)]),
      );
      await Promise.all(work);
      const [found] = (await stores[0]?.get([ada])) ?? [];
      expect(new Set(found?.voted).size).toBe(1_000);
      expect(found?.history).toHaveLength(HISTORY_LIMIT);
      expect(found?.history.at(-1)?.pollId).toBe('p999');
    });

    it('takes concurrent sendings of one event as one', async () => {
      const store = await open();
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => store.apply([vote('p', 1)])));
      expect(outcomes.flat().filter(({ status }) => status === 'APPLIED')).toHaveLength(1);
    });

    it('makes later changes again on top of what a flow computed', async () => {
      const store = await open();
      await store.apply([
        vote('old', THROUGH - 60 * HOUR),
        vote('late', THROUGH - 30 * HOUR),
        vote('new', THROUGH + HOUR),
        pollEvent({ kind: 'DISMISS', poll: 'd', at: THROUGH + HOUR }),
      ]);
      await store.setInterests(ada, { topics: ['food'], languages: ['en'] }, changeAt(THROUGH + HOUR));
      await store.index([indexed('ada', ['base'], THROUGH - 90 * HOUR)], THROUGH);
      const [found] = await store.get([ada]);
      expect(tastes(found)).toEqual(['base agree', 'late agree', 'new agree']);
      expect(found?.voted.toSorted()).toEqual(['base', 'late', 'new']);
      expect(found?.dismissals.map((dismissal) => dismissal.pollId)).toEqual(['d']);
      expect(found?.interests).toEqual({ topics: ['food'], languages: ['en'] });
    });

    it('loses no change over indexings that come one after the other', async () => {
      const store = await open();
      await store.apply([vote('a', THROUGH + HOUR)]);
      for (const hours of [0, 24, 48]) {
        await store.index([indexed('ada', ['base'], 5)], THROUGH + hours * HOUR);
        expect(tastes((await store.get([ada]))[0])).toEqual(['base agree', 'a agree']);
      }
      await store.index([indexed('ada', ['base', 'a'], 5)], THROUGH + 72 * HOUR);
      expect(tastes((await store.get([ada]))[0])).toEqual(['base agree', 'a agree']);
    });

    it('leaves users alone that the flow has not seen', async () => {
      const store = await open();
      await store.apply([vote('old', THROUGH - 60 * HOUR, { user: 'bob' })]);
      await store.index([indexed('ada', ['base'], 5)], THROUGH);
      expect(tastes((await store.get([bob]))[0])).toEqual(['old agree']);
    });

    it('indexes twice to the same', async () => {
      const store = await open();
      await store.apply([
        vote('new', THROUGH + 1),
        pollEvent({ kind: 'IMPRESSION', poll: 'i', at: THROUGH }),
      ]);
      const base = indexed('ada', ['base'], 5);
      await store.index([base], THROUGH);
      const once = await store.get([ada]);
      await store.index([base], THROUGH);
      expect(await store.get([ada])).toEqual(once);
    });

    it('replaces interests, and makes the user known', async () => {
      const store = await open();
      await store.setInterests(ada, { topics: ['food', 'music'], languages: [] }, changeAt(5));
      const changed = await store.setInterests(ada, { topics: ['sport'], languages: ['de'] }, changeAt(6));
      // The relay brings the first one again: what was chosen since stands.
      await store.setInterests(ada, { topics: ['food', 'music'], languages: [] }, changeAt(5));
      expect((await store.get([ada]))[0]?.interests.topics).toEqual(['sport']);
      expect(changed).toMatchObject({ userId: 'ada', interests: { topics: ['sport'], languages: ['de'] } });
      expect(changed.affinities).toEqual([{ topic: 'sport', weight: 1 }]);
      expect(await store.get([ada])).toEqual([changed]);
    });

    it('merges one user into another', async () => {
      const store = await open();
      await store.apply([vote('p', 5), vote('q', 6), vote('p', 9, { user: 'bob', option: 'disagree' })]);
      const merged = await store.merge(ada, bob, 20);
      expect(tastes(merged)).toEqual(['q agree', 'p disagree']);
      expect(merged?.voted.toSorted()).toEqual(['p', 'q']);
      expect((await store.get([ada, bob])).map(tastes)).toEqual([null, tastes(merged)]);
      expect(await store.merge(userId('x'), userId('y'), 20)).toBeNull();
      expect(tastes(await store.merge(bob, bob, 21))).toEqual(tastes(merged));
    });

    it('keeps the interests of the user merged into, and takes those of the other where there are none', async () => {
      const store = await open();
      const [mine, theirs] = [
        { topics: ['food'], languages: ['en'] },
        { topics: ['sport'], languages: [] },
      ];
      await store.setInterests(ada, theirs, changeAt(9));
      expect((await store.merge(ada, bob, 10))?.interests).toEqual(theirs);
      await store.setInterests(bob, mine, changeAt(11));
      await store.setInterests(ada, theirs, changeAt(12));
      expect((await store.merge(ada, bob, 13))?.interests).toEqual(mine);
    });

    it('gives late events of a merged user to the other, later ones to a new user', async () => {
      const store = await open();
      await store.apply([vote('p', 5)]);
      await store.merge(ada, bob, 20);
      await store.merge(bob, ada, 30);
      await store.merge(ada, userId('eve'), 40);
      await store.apply([vote('late', 10), vote('q', 50)]);
      const [first, second, third] = await store.get([ada, bob, userId('eve')]);
      expect(tastes(first)).toEqual(['q agree']);
      expect(second).toBeNull();
      expect(tastes(third)).toEqual(['p agree', 'late agree']);
    });

    it('keeps a merge that the flow has not seen', async () => {
      const store = await open();
      await store.apply([vote('p', THROUGH - 60 * HOUR)]);
      await store.merge(ada, bob, THROUGH + HOUR);
      await store.index([indexed('ada', ['p'], 5), indexed('bob', ['base'], 5)], THROUGH);
      const [from, into] = await store.get([ada, bob]);
      expect(from).toBeNull();
      expect(into?.voted.toSorted()).toEqual(['base', 'p']);
    });

    it('forgets a user for good: no late event and no flow brings it back', async () => {
      const store = await open();
      await store.apply([vote('p', THROUGH)]);
      await store.forget(ada, THROUGH + 10);
      expect(await store.get([ada])).toEqual([null]);
      expect(await store.apply([vote('q', THROUGH + 9)])).toMatchObject([
        { status: 'DUPLICATE', replaced: null, again: false },
      ]);
      // Given before, and only brought in afterwards.
      const late = vote('r', THROUGH + 9, { recordedAt: THROUGH + 20 });
      expect(await store.apply([late])).toMatchObject([{ status: 'DUPLICATE', again: false }]);
      expect(await store.get([ada])).toEqual([null]);
      await store.index([indexed('ada', ['p'], 5), indexed('bob', ['p'], 5)], THROUGH);
      expect((await store.get([ada, bob])).map(tastes)).toEqual([null, ['p agree']]);
    });

    it('leaves out what a flow computed of a forgotten user, however long ago that was', async () => {
      const store = await open();
      await store.apply([vote('p', 5)]);
      await store.forget(ada, 10);
      const later = 10 + 1_000 * HOUR;
      await store.index([indexed('ada', ['p'], 5)], later);
      expect(await store.get([ada])).toEqual([null]);
      // Votes given since are those of somebody new.
      await store.index([indexed('ada', ['q'], 11)], later);
      expect((await store.get([ada])).map(tastes)).toEqual([['q agree']]);
    });

    it('knows a forgotten user afresh from a later event on', async () => {
      const store = await open();
      await store.apply([vote('p', 5)]);
      await store.forget(ada, 10);
      expect(await store.apply([vote('q', 11)])).toMatchObject([{ status: 'APPLIED', replaced: null }]);
      await store.index([indexed('ada', ['p'], 5)], 9);
      expect((await store.get([ada])).map(tastes)).toEqual([['q agree']]);
    });

    it('drops what a forgotten user did before, also where a later user of the id was merged into another', async () => {
      const store = await open();
      await store.apply([vote('p', 5)]);
      await store.forget(ada, 10);
      await store.apply([vote('q', 11)]);
      await store.merge(ada, bob, 20);
      const late = await store.apply([vote('p', 5), vote('r', 6), vote('s', 12)]);
      expect(late.map(({ status }) => status)).toEqual(['DUPLICATE', 'DUPLICATE', 'APPLIED']);
      expect((await store.get([ada, bob])).map(tastes)).toEqual([null, ['q agree', 's agree']]);
    });

    it('takes the longest ids of any script', async () => {
      const store = await open();
      const long = { user: '語'.repeat(256), poll: '票'.repeat(256), id: '件'.repeat(256) };
      expect(await store.apply([pollEvent(long)])).toMatchObject([{ status: 'APPLIED', replaced: null }]);
      expect(await store.apply([pollEvent({ ...long, at: 2 })])).toMatchObject([
        { status: 'DUPLICATE', replaced: null, again: false },
      ]);
      expect((await store.get([userId(long.user)]))[0]?.voted).toEqual([long.poll]);
    });

    it('samples users of whom a model can make something', async () => {
      const store = await open();
      await store.apply([
        pollEvent({ kind: 'IMPRESSION', user: 'a' }),
        ...['b', 'c', 'd'].map((user) => vote('p', 2, { user })),
      ]);
      expect((await store.sample(10)).toSorted()).toEqual(['b', 'c', 'd']);
      expect(await store.sample(2)).toHaveLength(2);
    });

    it('says that it is there, and rejects once it is closed', async () => {
      const store = await open();
      await store.ping();
      await store.close();
      for (const use of [store.ping(), store.get([ada]), store.apply([vote('p', 1)])]) {
        await expect(use).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
      }
    });
  });
}
