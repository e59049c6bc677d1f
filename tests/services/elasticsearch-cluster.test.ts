import { beforeAll, expect, it } from 'vitest';
import { samplePoll } from '../../src/datasources/catalogue/catalogue-store.contract.js';
import { ElasticsearchCatalogueStore } from '../../src/datasources/catalogue/elasticsearch-catalogue-store.js';
import { ElasticsearchFeatureStore } from '../../src/datasources/features/elasticsearch-feature-store.js';
import type { PollEvent } from '../../src/domain/event.js';
import { pollId, userId } from '../../src/domain/ids.js';
import { connectElasticsearch } from '../../src/platform/elasticsearch/connection.js';
import {
  describeWithElasticsearch,
  type ElasticsearchCluster,
  freshPrefix,
} from '../support/elasticsearch.js';
import { eventually } from '../support/eventually.js';
import { pollEvent } from '../support/poll-events.js';

/** A new master is elected and the copies of its data take over within seconds; the machine may be busy. */
const FAILOVER = { deadlineMs: 60_000, everyMs: 100 };
const START_DEADLINE_MS = 300_000;

describeWithElasticsearch('three nodes of Elasticsearch', (elasticsearch) => {
  const prefix = freshPrefix();
  let cluster: ElasticsearchCluster;
  let client: ReturnType<typeof connectElasticsearch>;
  let features: ElasticsearchFeatureStore;
  let catalogue: ElasticsearchCatalogueStore;
  /** Of work in the background. */
  const errors: unknown[] = [];
  /** Answered as applied. */
  const acknowledged: PollEvent[] = [];
  const written: string[] = [];

  const green = (): Promise<boolean> =>
    eventually(async () => {
      const health = await client.cluster.health({ wait_for_status: 'green', wait_for_nodes: '3' });
      return health.status === 'green' && health.number_of_nodes === 3;
    }, FAILOVER);

  beforeAll(async () => {
    cluster = await elasticsearch.start({ nodes: 3 });
    const settings = { nodes: cluster.urls, auth: null, prefix };
    client = connectElasticsearch(settings);
    features = await ElasticsearchFeatureStore.open({
      client,
      prefix,
      clock: Date.now,
      random: Math.random,
      onError: (error) => void errors.push(error),
    });
    catalogue = await ElasticsearchCatalogueStore.open({ client, prefix });
    await green();
    return async () => {
      await features.close();
      await catalogue.close();
      await client.close();
    };
  }, START_DEADLINE_MS);

  /** Does it as the relay does: again and again while the store says that it is away. */
  const persistently = async <T>(work: () => Promise<T>): Promise<T> =>
    (await eventually(async () => ({ done: await work() }), FAILOVER)).done;

  let votes = 0;
  async function vote(): Promise<void> {
    votes += 1;
    const event = pollEvent({ user: `u${votes % 5}`, poll: `p${votes}`, at: votes });
    await persistently(() => features.apply([event]));
    acknowledged.push(event);
  }
  async function addPoll(): Promise<void> {
    const id = `p${written.length + 1}`;
    await persistently(() => catalogue.upsert([{ poll: samplePoll(id), recordedAt: 1 }]));
    written.push(id);
  }
  async function everythingIsThere(): Promise<void> {
    // More may come meanwhile.
    const [given, polls] = [[...acknowledged], [...written]];
    const users = [...new Set(given.map((event) => event.userId))];
    const known = await persistently(() => features.get(users));
    const voted = new Map(users.map((user, place) => [user, new Set<string>(known[place]?.voted)]));
    const lost = given.filter((event) => !voted.get(event.userId)?.has(event.pollId));
    expect(lost).toEqual([]);
    const found = await persistently(() => catalogue.get(polls.map(pollId)));
    expect(found.map((poll) => poll?.id)).toEqual(polls);
  }

  it.each([0, 1, 2])(
    'go on when node %i is killed and comes back, and lose nothing',
    async (place) => {
      let going = true;
      const load = (async () => {
        while (going) {
          await vote();
          await addPoll();
        }
      })();
      const before = acknowledged.length;
      await eventually(() => acknowledged.length > before + 5, FAILOVER);
      await cluster.nodes[place]?.kill();
      const atKill = acknowledged.length;
      await eventually(() => acknowledged.length > atKill + 20, FAILOVER);
      await everythingIsThere();
      await cluster.nodes[place]?.restart();
      await green();
      going = false;
      await load;
      await everythingIsThere();
      const { entries } = await persistently(() => catalogue.changes(null));
      expect(entries.length).toBeGreaterThan(0);
    },
    START_DEADLINE_MS,
  );

  it('are away together: every call says so, and soon', async () => {
    await Promise.all(cluster.nodes.map((node) => node.kill()));
    const away = expect.objectContaining({ code: 'UNAVAILABLE', retryable: true });
    await expect(features.get([userId('u1')])).rejects.toEqual(away);
    await expect(features.apply([pollEvent({ user: 'late', poll: 'p1' })])).rejects.toEqual(away);
    await expect(catalogue.get([pollId('p1')])).rejects.toEqual(away);
  });
});
