import type { Client, errors } from '@elastic/elasticsearch';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  catalogueStoreContract,
  liveVote,
  readAll,
  samplePoll,
  statistics,
} from '../../../src/datasources/catalogue/catalogue-store.contract.js';
import type {
  CatalogueCursor,
  CatalogueEntry,
  CatalogueStore,
  LiveVote,
} from '../../../src/datasources/catalogue/catalogue-store.js';
import { ElasticsearchCatalogueStore } from '../../../src/datasources/catalogue/elasticsearch-catalogue-store.js';
import { POLL_STATUSES } from '../../../src/domain/poll.js';
import { connectElasticsearch } from '../../../src/platform/elasticsearch/connection.js';
import { describeWithElasticsearch, freshPrefix } from '../../support/elasticsearch.js';
import { freePort } from '../../support/free-port.js';

/** Polls that the writers of a history share: few, so that they meet. */
const SHARED_POLLS = ['a', 'b', 'c'];

/** What one writer does in one step. */
type Step =
  | { readonly does: 'upsert'; readonly poll: string; readonly recordedAt: number }
  | { readonly does: 'status'; readonly poll: string; readonly status: (typeof POLL_STATUSES)[number] }
  | { readonly does: 'vote'; readonly poll: string; readonly votes: number }
  | { readonly does: 'count'; readonly poll: string; readonly through: number };

const anyPoll = fc.constantFrom(...SHARED_POLLS);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: fc.constant('upsert' as const), poll: anyPoll, recordedAt: fc.nat(50) }),
  fc.record({
    does: fc.constant('status' as const),
    poll: anyPoll,
    status: fc.constantFrom(...POLL_STATUSES),
  }),
  fc.record({ does: fc.constant('vote' as const), poll: anyPoll, votes: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ does: fc.constant('count' as const), poll: anyPoll, through: fc.nat(200) }),
);

async function take(store: CatalogueStore, step: Step): Promise<void> {
  const { poll } = step;
  const question = (at: number) => samplePoll(poll, { question: `As of ${at}` });
  switch (step.does) {
    case 'upsert':
      return store.upsert([{ poll: question(step.recordedAt), recordedAt: step.recordedAt }]);
    case 'status':
      await store.setStatus(samplePoll(poll).id, step.status, 60);
      return;
    case 'vote': {
      const votes = Array.from({ length: step.votes }, (_, index) =>
        liveVote(poll, { at: 100 + 20 * index }),
      );
      return store.countVotes(votes);
    }
    case 'count':
      return store.putStatistics([statistics(poll, step.through)]);
  }
}

/** By poll; sums of ages differ in their last digits by the order in which they were added up. */
function stateOf(entries: Iterable<CatalogueEntry>) {
  const rounded = ({ liveActivity: { established, first, at }, ...entry }: CatalogueEntry) => ({
    ...entry,
    liveVotes: entry.liveVotes.toSorted((a, b) => (a.optionId < b.optionId ? -1 : 1)),
    liveActivity: { established: established.toFixed(9), first: first.toFixed(9), at },
  });
  const sorted = [...entries].toSorted((a, b) => (a.poll.id < b.poll.id ? -1 : 1));
  return sorted.map(rounded);
}

/** Follows a store by its changes alone. */
class Follower {
  readonly latest = new Map<string, CatalogueEntry>();
  readonly #store: CatalogueStore;
  #cursor: CatalogueCursor | null = null;

  constructor(store: CatalogueStore) {
    this.#store = store;
  }

  async catchUp(): Promise<void> {
    const { entries, cursor } = await readAll(this.#store, this.#cursor);
    for (const entry of entries) this.latest.set(entry.poll.id, entry);
    this.#cursor = cursor;
  }

  async followUntil(done: Promise<unknown>): Promise<void> {
    let running = true;
    const finished = done.finally(() => {
      running = false;
    });
    while (running) await this.catchUp();
    await finished;
    await this.catchUp();
  }
}

describeWithElasticsearch('The catalogue in Elasticsearch', (elasticsearch) => {
  let client: Client;
  beforeAll(async () => {
    const { urls } = await elasticsearch.start();
    client = connectElasticsearch({ nodes: urls, auth: null, prefix: '' });
  });
  afterAll(() => client?.close());

  const openStore = (prefix: string): Promise<ElasticsearchCatalogueStore> =>
    ElasticsearchCatalogueStore.open({ client, prefix });

  catalogueStoreContract('ElasticsearchCatalogueStore', async () => {
    const prefix = freshPrefix();
    return { open: () => openStore(prefix) };
  });

  describe('ElasticsearchCatalogueStore', () => {
    it('lets a follower miss nothing while many instances write at once', async () => {
      const writers = fc.array(fc.array(anyStep, { minLength: 5, maxLength: 15 }), {
        minLength: 4,
        maxLength: 4,
      });
      await fc.assert(
        fc.asyncProperty(writers, async (histories) => {
          const prefix = freshPrefix();
          const follower = new Follower(await openStore(prefix));
          const run = async (steps: readonly Step[]): Promise<void> => {
            const store = await openStore(prefix);
            for (const step of steps) await take(store, step);
          };
          await follower.followUntil(Promise.all(histories.map(run)));
          const whole = await readAll(await openStore(prefix), null);
          expect(stateOf(follower.latest.values())).toEqual(stateOf(whole.entries));
        }),
        { numRuns: 8 },
      );
    });

    it('keeps every vote and every poll of many instances', async () => {
      const prefix = freshPrefix();
      const follower = new Follower(await openStore(prefix));
      const run = async (_: unknown, writer: number): Promise<void> => {
        const store = await openStore(prefix);
        await store.upsert([{ poll: samplePoll('hot'), recordedAt: 1 }]);
        for (let round = 0; round < 25; round += 1) {
          const own = samplePoll(`w${writer}-${round}`);
          await store.upsert([{ poll: own, recordedAt: 1 }]);
          await store.countVotes([liveVote('hot', {}), liveVote(own.id, {})]);
        }
      };
      await follower.followUntil(Promise.all(Array.from({ length: 8 }, run)));
      expect(follower.latest.size).toBe(1 + 8 * 25);
      const counts = [...follower.latest.values()].map(({ poll, liveVotes }) => [
        poll.id === 'hot' ? 'hot' : 'own',
        ...liveVotes.map((option) => option.votes),
      ]);
      expect(new Set(counts.map(String))).toEqual(new Set(['hot,200', 'own,1']));
    });

    it('counts a replayed stream of votes once, in any order and by any instance', async () => {
      const prefix = freshPrefix();
      const [one, other] = [await openStore(prefix), await openStore(prefix)];
      await one.upsert(['p', 'q'].map((id) => ({ poll: samplePoll(id), recordedAt: 1 })));
      const votes: LiveVote[] = Array.from({ length: 40 }, (_, i) => liveVote(i % 3 ? 'p' : 'q', {}));
      await one.countVotes(votes);
      const { entries, cursor } = await readAll(one, null);
      await Promise.all([one.countVotes(votes.toReversed()), other.countVotes(votes)]);
      expect((await readAll(one, cursor)).entries).toEqual([]);
      expect(stateOf((await readAll(other, null)).entries)).toEqual(stateOf(entries));
    });

    it('answers with one call while nothing changes, whoever asks', async () => {
      const prefix = freshPrefix();
      const store = await openStore(prefix);
      await store.upsert([{ poll: samplePoll('p'), recordedAt: 1 }]);
      await store.countVotes([liveVote('p', {})]);
      const { cursor } = await readAll(store, null);
      const calls: string[] = [];
      const listen = (
        _: errors.ElasticsearchClientError | null,
        event: { meta: { request: { params: { path: string } } } } | null,
      ) => {
        const path = event?.meta.request.params.path ?? '';
        if (path.includes(prefix)) calls.push(path);
      };
      client.diagnostic.on('request', listen);
      expect(await store.changes(cursor)).toEqual({ entries: [], cursor, more: false });
      client.diagnostic.off('request', listen);
      expect(calls).toHaveLength(1);
      expect(calls[0]).toContain('/_stats/');
    });

    it('removes the votes that a flow has counted', async () => {
      const prefix = freshPrefix();
      const store = await openStore(prefix);
      await store.upsert(['p', 'q'].map((id) => ({ poll: samplePoll(id), recordedAt: 1 })));
      await store.countVotes([100, 200, 300].flatMap((at) => [liveVote('p', { at }), liveVote('q', { at })]));
      await store.putStatistics([statistics('p', 200), statistics('q', 100)]);
      await client.indices.refresh({ index: `${prefix}-votes` });
      const { count } = await client.count({ index: `${prefix}-votes` });
      expect(count).toBe(1 + 2);
    });

    it('starts over with the indices made anew', async () => {
      const prefix = freshPrefix();
      const follower = new Follower(await openStore(prefix));
      const store = await openStore(prefix);
      await store.upsert(['a', 'b'].map((id) => ({ poll: samplePoll(id), recordedAt: 1 })));
      await store.countVotes([liveVote('a', {})]);
      await follower.catchUp();
      await client.indices.delete({ index: ['polls', 'votes'].map((name) => `${prefix}-${name}-000001`) });
      const again = await openStore(prefix);
      await again.upsert(
        [...'abcd'].map((id) => ({ poll: samplePoll(id, { topics: ['new'] }), recordedAt: 1 })),
      );
      await again.countVotes(['a', 'b'].map((id) => liveVote(id, { option: 'disagree' })));
      await follower.catchUp();
      expect(stateOf(follower.latest.values())).toEqual(stateOf((await readAll(again, null)).entries));
    });

    it('names what it can not read', async () => {
      const prefix = freshPrefix();
      const store = await openStore(prefix);
      const write = { index: `${prefix}-polls`, id: 'p', refresh: true };
      await client.index({ ...write, document: { poll_id: 'p', status: 'OPEN' } });
      const message = expect.stringContaining('question');
      await expect(store.changes(null)).rejects.toMatchObject({ code: 'INVALID_DATA', message });
    });

    it('rejects for a moment while no node answers', async () => {
      const nowhere = connectElasticsearch({
        nodes: [`http://127.0.0.1:${await freePort()}`],
        auth: null,
        prefix: '',
      });
      const opening = ElasticsearchCatalogueStore.open({ client: nowhere, prefix: freshPrefix() });
      await expect(opening).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
      await nowhere.close();
    });
  });
});
