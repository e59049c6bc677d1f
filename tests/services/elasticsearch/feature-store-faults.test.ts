import { expect, it } from 'vitest';
import { ElasticsearchFeatureStore } from '../../../src/datasources/features/elasticsearch-feature-store.js';
import { HunchError } from '../../../src/domain/errors.js';
import { userId } from '../../../src/domain/ids.js';
import { connectElasticsearch } from '../../../src/platform/elasticsearch/connection.js';
import { describeWithElasticsearch, freshPrefix } from '../../support/elasticsearch.js';
import { eventually } from '../../support/eventually.js';
import { pollEvent } from '../../support/poll-events.js';

const ada = userId('ada');
const PATIENCE = { deadlineMs: 60_000 };

describeWithElasticsearch('features on three nodes', (elasticsearch) => {
  it('are read and written on while any one node is killed, and nothing answered is lost', async () => {
    const { nodes, urls } = await elasticsearch.start({ nodes: 3 });
    const client = connectElasticsearch({ nodes: urls, auth: null, prefix: '' });
    const store = await ElasticsearchFeatureStore.open({
      client,
      prefix: freshPrefix(),
      clock: Date.now,
      random: Math.random,
      onError: () => {},
    });
    await client.cluster.health({ wait_for_status: 'green', timeout: '60s' });
    const answered: string[] = [];
    /** A vote as the outbox brings it: again while the store says that trying again can help. */
    const vote = async (poll: string): Promise<true> => {
      await eventually(async () => {
        try {
          return await store.apply([pollEvent({ poll, at: 1 + answered.length })]);
        } catch (error) {
          if (error instanceof HunchError && error.retryable) return null;
          throw error;
        }
      }, PATIENCE);
      answered.push(poll);
      return true;
    };
    for (let index = 0; index < 20; index += 1) await vote(`before${index}`);

    // The one with the primary: its death is the one that writes notice.
    const [shard] = await client.cat.shards({
      index: '*-users',
      h: ['prirep', 'node', 'ip'],
      s: 'prirep',
      format: 'json',
    });
    const info = await client.nodes.info({ metric: 'http' });
    const holder = Object.values(info.nodes).find(({ name }) => name === shard?.node);
    const port = holder?.http?.publish_address.split(':').at(-1);
    const victim = nodes.find(({ url }) => url.endsWith(`:${port}`));
    if (victim === undefined) throw new Error('no node holds the primary');
    victim.process.signal('SIGKILL');
    for (let index = 0; index < 20; index += 1) await vote(`after${index}`);
    await victim.process.exited;

    const found = await eventually(async () => {
      try {
        return (await store.get([ada]))[0];
      } catch (error) {
        if (error instanceof HunchError && error.retryable) return null;
        throw error;
      }
    }, PATIENCE);
    expect(found.voted.toSorted()).toEqual(answered.toSorted());

    for (const node of nodes) node.process.signal('SIGKILL');
    await Promise.all(nodes.map((node) => node.process.exited));
    await expect(store.get([ada])).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    await expect(store.apply([pollEvent({ poll: 'x' })])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await client.close();
  });
});
