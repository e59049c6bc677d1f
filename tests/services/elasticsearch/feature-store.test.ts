import { afterAll, beforeAll, expect, it } from 'vitest';
import { ElasticsearchFeatureStore } from '../../../src/datasources/features/elasticsearch-feature-store.js';
import { featureStoreContract } from '../../../src/datasources/features/feature-store.contract.js';
import type { ApplyOutcome } from '../../../src/datasources/features/feature-store.js';
import { emptyFeatures } from '../../../src/domain/features.js';
import { pollId, userId } from '../../../src/domain/ids.js';
import { DAY, HOUR } from '../../../src/domain/time.js';
import {
  connectElasticsearch,
  type ElasticsearchClient,
} from '../../../src/platform/elasticsearch/connection.js';
import { describeWithElasticsearch, freshPrefix } from '../../support/elasticsearch.js';
import { pollEvent } from '../../support/poll-events.js';

const [ada, bob] = [userId('ada'), userId('bob')];
const THROUGH = 1_000 * HOUR;
const impression = (poll: number, at = 1) => pollEvent({ kind: 'IMPRESSION', poll: `p${poll}`, at });

/** The client, failing at one of its bulk writes: before it is sent, or after it was done. */
function failingAt(client: ElasticsearchClient, bulk: number, when: 'BEFORE' | 'AFTER'): ElasticsearchClient {
  let calls = 0;
  return new Proxy(client, {
    get(target, property) {
      if (property !== 'bulk') return Reflect.get(target, property);
      return async (...parameters: Parameters<ElasticsearchClient['bulk']>) => {
        calls += 1;
        if (calls !== bulk) return target.bulk(...parameters);
        if (when === 'AFTER') await target.bulk(...parameters);
        throw new Error('killed here');
      };
    },
  });
}

describeWithElasticsearch('features in Elasticsearch', (elasticsearch) => {
  let client: ElasticsearchClient;
  beforeAll(async () => {
    const { urls } = await elasticsearch.start();
    client = connectElasticsearch({ nodes: urls, auth: null, prefix: '' });
  });
  afterAll(() => client.close());

  const openStore = (
    prefix: string,
    options: { readonly clock?: () => number; readonly client?: ElasticsearchClient } = {},
  ): Promise<ElasticsearchFeatureStore> =>
    ElasticsearchFeatureStore.open({
      client,
      prefix,
      clock: Date.now,
      random: Math.random,
      onError: () => {},
      ...options,
    });
  const writesOf = async (prefix: string, user: string): Promise<number> =>
    (await client.get({ index: `${prefix}-users`, id: user, _source: false }, { ignore: [404] }))._version ??
    0;

  featureStoreContract('ElasticsearchFeatureStore', async () => {
    const prefix = freshPrefix();
    return { open: () => openStore(prefix) };
  });

  it('loses no vote that is recorded while an indexing runs', async () => {
    const prefix = freshPrefix();
    const [store, flow] = [await openStore(prefix), await openStore(prefix)];
    const users = Array.from({ length: 40 }, (_, index) => userId(`u${index}`));
    const indexed = users.map((id) => ({
      features: { ...emptyFeatures(id, 5), voted: [pollId('base')] },
    }));
    let votes = 0;
    let isRunning = true;
    const voting = (async () => {
      while (isRunning) {
        const at = THROUGH + 1 + votes;
        await store.apply(users.map((user) => pollEvent({ user, poll: `v${at}`, at })));
        votes += 1;
      }
    })();
    for (let round = 0; round < 10; round += 1) await flow.index(indexed, THROUGH);
    isRunning = false;
    await voting;
    await flow.index(indexed, THROUGH);
    const found = await store.get(users);
    const expected = ['base', ...Array.from({ length: votes }, (_, index) => `v${THROUGH + 1 + index}`)];
    for (const features of found) expect(features?.voted.toSorted()).toEqual(expected.toSorted());
  });

  it('tells each of the concurrent votes of one user what it replaced, over two instances', async () => {
    const prefix = freshPrefix();
    const stores = [await openStore(prefix), await openStore(prefix)];
    const options = Array.from({ length: 120 }, (_, index) => `o${index}`);
    const toVote = [...options];
    const outcomes: ApplyOutcome[] = [];
    const voteOnAndOn = async (store: ElasticsearchFeatureStore): Promise<void> => {
      for (let option = toVote.pop(); option !== undefined; option = toVote.pop()) {
        outcomes.push(...(await store.apply([pollEvent({ option, at: 1, id: `vote for ${option}` })])));
      }
    };
    await Promise.all([...stores, ...stores].map(voteOnAndOn));
    // Equal times: the order of arrival decides, so each vote but the last is replaced by exactly one other.
    const replaced = outcomes.map((outcome) => outcome.replaced);
    expect(outcomes.every(({ status }) => status === 'APPLIED')).toBe(true);
    const [found] = (await stores[0]?.get([ada])) ?? [];
    const standing = found?.history[0]?.optionId ?? null;
    expect([...replaced, standing].toSorted()).toEqual([...options, null].toSorted());
  });

  it('makes changes of one user that wait together by few writes', async () => {
    const prefix = freshPrefix();
    const store = await openStore(prefix);
    await Promise.all(
      Array.from({ length: 100 }, (_, at) => store.apply([pollEvent({ poll: `p${at}`, at })])),
    );
    expect(await writesOf(prefix, 'ada')).toBeLessThan(10);
  });

  it('writes impressions of one user together: at most one write for ten', async () => {
    const prefix = freshPrefix();
    const [store, other] = [await openStore(prefix), await openStore(prefix)];
    for (let poll = 0; poll < 10; poll += 1) {
      expect(await store.apply([impression(poll)])).toMatchObject([{ status: 'APPLIED' }]);
      expect((await store.get([ada]))[0]?.impressions).toHaveLength(poll + 1);
    }
    expect(await writesOf(prefix, 'ada')).toBe(0);
    expect(await store.apply([impression(3)])).toMatchObject([{ status: 'DUPLICATE', again: true }]);
    await store.flush();
    expect(await writesOf(prefix, 'ada')).toBe(1);
    const [seenByBoth, found] = [await store.get([ada]), await other.get([ada])];
    expect(found[0]?.impressions).toHaveLength(10);
    expect(found).toEqual(seenByBoth);
    expect(await other.apply([impression(3)])).toMatchObject([{ status: 'DUPLICATE', again: true }]);
    await Promise.all([store.flush(), other.flush()]);
    expect(await writesOf(prefix, 'ada')).toBe(1);
  });

  it('writes what is held with the next vote of the user, and when it closes', async () => {
    const prefix = freshPrefix();
    const [store, other] = [await openStore(prefix), await openStore(prefix)];
    await store.apply([impression(1), impression(2)]);
    await store.apply([pollEvent({ poll: 'p2', at: 3 })]);
    expect(await writesOf(prefix, 'ada')).toBe(1);
    expect((await other.get([ada]))[0]).toMatchObject({ voted: ['p2'], impressions: [{ pollId: 'p1' }] });
    await store.apply([impression(3, 4)]);
    await store.close();
    expect((await other.get([ada]))[0]?.impressions).toHaveLength(2);
  });

  it('brings held impressions of a user merged meanwhile to the other', async () => {
    const prefix = freshPrefix();
    const [store, other] = [await openStore(prefix), await openStore(prefix)];
    await store.apply([impression(1)]);
    await other.merge(ada, bob, 20);
    await store.flush();
    const [left, got] = await other.get([ada, bob]);
    expect(left).toBeNull();
    expect(got?.impressions).toMatchObject([{ pollId: 'p1' }]);
  });

  it('keeps held impressions of a user merged meanwhile until the other has them', async () => {
    const prefix = freshPrefix();
    const other = await openStore(prefix);
    // Of a user who is gone nothing is written: its only write is to the other user.
    const store = await openStore(prefix, { client: failingAt(client, 1, 'BEFORE') });
    await store.apply([impression(1)]);
    await other.merge(ada, bob, 20);
    await expect(store.flush()).rejects.toThrow('killed here');
    await store.flush();
    expect((await other.get([bob]))[0]?.impressions).toMatchObject([{ pollId: 'p1' }]);
  });

  it('rejects a flush whose write fails, and writes at the next', async () => {
    const prefix = freshPrefix();
    const store = await openStore(prefix, { client: failingAt(client, 1, 'BEFORE') });
    await store.apply([impression(1)]);
    await expect(store.flush()).rejects.toThrow('killed here');
    await store.flush();
    expect(await writesOf(prefix, 'ada')).toBe(1);
  });

  for (const when of ['BEFORE', 'AFTER'] as const) {
    for (const [step, what] of ['setting aside', 'taking over', 'clearing'].entries()) {
      it(`finishes a merge that was cut off ${when === 'BEFORE' ? 'before' : 'after'} ${what}`, async () => {
        const prefix = freshPrefix();
        const store = await openStore(prefix);
        await store.apply([pollEvent({ poll: 'p', at: 5 }), pollEvent({ poll: 'q', at: 6, user: 'bob' })]);
        const killed = await openStore(prefix, { client: failingAt(client, step + 1, when) });
        await expect(killed.merge(ada, bob, 20)).rejects.toThrow('killed here');
        // Between the two calls the world goes on, for both.
        await store.apply([pollEvent({ poll: 'r', at: 30, user: 'bob' })]);
        const merged = await store.merge(ada, bob, 20);
        expect(merged?.voted.toSorted()).toEqual(['p', 'q', 'r']);
        const versions = [await writesOf(prefix, 'ada'), await writesOf(prefix, 'bob')];
        expect(await store.merge(ada, bob, 20)).toEqual(merged);
        expect([await writesOf(prefix, 'ada'), await writesOf(prefix, 'bob')]).toEqual(versions);
        expect(await store.get([ada, bob])).toEqual([null, merged]);
      });
    }
  }

  it('keeps no vote of an erased user, those of another merged into it included', async () => {
    const prefix = freshPrefix();
    const store = await openStore(prefix);
    const votes = [pollEvent({ at: 5 }), pollEvent({ option: 'disagree', at: 6 })];
    await store.apply(votes);
    await store.merge(ada, bob, 20);
    await store.forget(bob, 30);
    expect((await store.apply(votes)).map(({ status }) => status)).toEqual(['DUPLICATE', 'DUPLICATE']);
    const { docs } = await client.mget({ index: `${prefix}-users`, ids: [ada, bob] });
    expect(docs).toMatchObject([
      { _source: { user_id: 'ada', departed: [20, 'bob'] } },
      { _source: { user_id: 'bob', departed: [30, null] } },
    ]);
    expect(JSON.stringify(docs)).not.toMatch(/agree/);
  });

  it('finishes an earlier merge before it begins the next', async () => {
    const prefix = freshPrefix();
    const store = await openStore(prefix);
    await store.apply([pollEvent({ poll: 'p', at: 5 })]);
    const killed = await openStore(prefix, { client: failingAt(client, 2, 'BEFORE') });
    await expect(killed.merge(ada, bob, 20)).rejects.toThrow('killed here');
    await store.apply([pollEvent({ poll: 'q', at: 30 })]);
    const eve = await store.merge(ada, userId('eve'), 40);
    expect(eve?.voted).toEqual(['q']);
    expect((await store.get([bob]))[0]?.voted).toEqual(['p']);
  });

  it('names the user whose document the server refuses, and stores the others', async () => {
    const store = await openStore(freshPrefix());
    const good = { features: { ...emptyFeatures(ada, 5), voted: [pollId('p')] } };
    const bad = { features: { ...emptyFeatures(bob, 1e300), voted: [pollId('p')] } };
    await expect(store.index([good, bad], THROUGH)).rejects.toMatchObject({
      code: 'INVALID_DATA',
      message: expect.stringContaining('"bob"'),
    });
    expect((await store.get([ada, bob])).map((found) => found?.voted ?? null)).toEqual([['p'], null]);
  });

  it('stores the others where the document of one user is of another release', async () => {
    const prefix = freshPrefix();
    const store = await openStore(prefix);
    await client.index({ index: `${prefix}-users`, id: 'ada', document: { features: [99] } });
    const votes = store.apply([pollEvent(), pollEvent({ user: 'bob' })]);
    await expect(votes).rejects.toMatchObject({ code: 'INVALID_DATA' });
    expect((await store.get([bob]))[0]?.voted).toEqual(['p']);
  });

  it('remembers ids of events for seven days', async () => {
    let now = 100 * DAY;
    const store = await openStore(freshPrefix(), { clock: () => now });
    const again = async () => (await store.apply([pollEvent()]))[0];
    await again();
    now += 7 * DAY;
    await store.apply([pollEvent({ poll: 'q', at: 2 })]);
    expect(await again()).toMatchObject({ status: 'DUPLICATE', again: true });
    now += 1;
    await store.apply([pollEvent({ poll: 'r', at: 3 })]);
    expect((await again())?.status).toBe('APPLIED');
  });

  it('opens on an index of a prefix that has users already', async () => {
    const prefix = freshPrefix();
    await (await openStore(prefix)).apply([pollEvent()]);
    expect((await (await openStore(prefix)).get([ada]))[0]?.voted).toEqual(['p']);
    expect(await (await openStore(freshPrefix())).get([ada])).toEqual([null]);
  });
});
