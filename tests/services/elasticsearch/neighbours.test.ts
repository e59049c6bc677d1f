import type { Client } from '@elastic/elasticsearch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ElasticsearchPollNeighbours } from '../../../src/datasources/neighbours/elasticsearch-poll-neighbours.js';
import {
  line,
  pollNeighboursContract,
} from '../../../src/datasources/neighbours/poll-neighbours.contract.js';
import type { VersionVectors } from '../../../src/datasources/neighbours/poll-neighbours.js';
import { VectorTable } from '../../../src/datasources/neighbours/vector-table.js';
import { modelVersion, pollId } from '../../../src/domain/ids.js';
import { connectElasticsearch } from '../../../src/platform/elasticsearch/connection.js';
import { Random } from '../../../src/samples/random.js';
import { describeWithElasticsearch, freshPrefix } from '../../support/elasticsearch.js';

describeWithElasticsearch('vectors in Elasticsearch', (elasticsearch) => {
  let client: Client;
  beforeAll(async () => {
    const { urls } = await elasticsearch.start();
    client = connectElasticsearch({ nodes: urls, auth: null, prefix: '' });
  });
  afterAll(() => client.close());

  const open = (prefix: string) => ElasticsearchPollNeighbours.open({ client, prefix, clock: Date.now });

  pollNeighboursContract('ElasticsearchPollNeighbours', async () => {
    const prefix = freshPrefix();
    return { open: () => open(prefix) };
  });

  describe('ElasticsearchPollNeighbours', () => {
    const asked = { version: modelVersion('v1'), vector: Float32Array.of(1, 0, 0), exclude: [], limit: 2 };

    it('keeps what is there, and no half-built index, where a replacement fails', async () => {
      const prefix = freshPrefix();
      const store = await open(prefix);
      await store.replace(line('v1', 3));
      const broken: VersionVectors = {
        ...line('v2', 3),
        values: Float32Array.of(1, 2, 3, 4, 5, 6, NaN, 8, 9),
      };
      await expect(store.replace(broken)).rejects.toThrow(/p002/);
      const found = await store.nearest(asked);
      expect(found?.map((poll) => poll.pollId)).toEqual(['p002', 'p001']);
      expect(Object.keys(await client.indices.get({ index: `${prefix}-vectors-*` }))).toHaveLength(1);
    });

    it('serves all the while it is replaced', async () => {
      const prefix = freshPrefix();
      const [writer, reader] = [await open(prefix), await open(prefix)];
      await writer.replace(line('v1', 200));
      let running = true;
      const seen = new Set<number>();
      const reading = (async () => {
        while (running) seen.add((await reader.nearest(asked))?.length ?? 0);
      })();
      for (const _ of [1, 2, 3]) await writer.replace(line('v1', 200));
      running = false;
      await reading;
      expect([...seen]).toEqual([2]);
    });

    it('says that it is away', async () => {
      const away = connectElasticsearch({ nodes: ['http://127.0.0.1:9'], auth: null, prefix: '' });
      await expect(
        ElasticsearchPollNeighbours.open({ client: away, prefix: 'p', clock: Date.now }),
      ).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      await away.close();
    });

    it('says that it is away where the shard is', async () => {
      const prefix = freshPrefix();
      const store = await open(prefix);
      const [served = ''] = Object.keys(await client.indices.get({ index: `${prefix}-vectors` }));
      await client.indices.delete({ index: served });
      await client.indices.create({
        index: served,
        aliases: { [`${prefix}-vectors`]: {} },
        settings: { 'index.routing.allocation.require._name': 'nowhere' },
        wait_for_active_shards: 0,
        timeout: '1ms',
      });
      const away = { code: 'UNAVAILABLE', retryable: true };
      await expect(store.vectorsOf([pollId('p001')])).rejects.toMatchObject(away);
      await expect(store.nearest(asked)).rejects.toMatchObject(away);
    });

    it('names what a document of another release lacks', async () => {
      const prefix = freshPrefix();
      const store = await open(prefix);
      await client.index({ index: `${prefix}-vectors`, id: 'p001', document: { poll_id: 'p001' } });
      await expect(store.vectorsOf([pollId('p001')])).rejects.toMatchObject({
        code: 'INVALID_DATA',
        message: expect.stringContaining('model_version'),
      });
    });

    it('finds nearly all that an exact search finds', async () => {
      const [count, dims, limit] = [5_000, 46, 53];
      const random = new Random(1);
      const draw = (): Float32Array => Float32Array.from({ length: dims }, () => random.uniform() - 0.5);
      const vectors: VersionVectors = {
        version: modelVersion('v1'),
        ids: Array.from({ length: count }, (_, place) => pollId(`p${place}`)),
        dims,
        values: Float32Array.from({ length: count * dims }, () => random.uniform() - 0.5),
        open: Array.from({ length: count }, () => true),
      };
      const store = await open(freshPrefix());
      await store.replace(vectors);
      const exact = new VectorTable(vectors);
      let common = 0;
      const queries = 20;
      for (let query = 0; query < queries; query += 1) {
        const request = { version: vectors.version, vector: draw(), exclude: [], limit };
        const found = new Set((await store.nearest(request))?.map((poll) => poll.pollId));
        common += exact.nearest(request).filter((poll) => found.has(poll.pollId)).length;
      }
      // Vectors without any structure are the hardest for a graph search.
      expect(common / (queries * limit)).toBeGreaterThan(0.9);
    });
  });
});
