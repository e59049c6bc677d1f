import { describe, expect, it } from 'vitest';
import { freePort } from '../../../tests/support/free-port.js';
import { pollEvent } from '../../../tests/support/poll-events.js';
import { emptyFeatures } from '../../domain/features.js';
import { eventId, userId } from '../../domain/ids.js';
import { connectElasticsearch } from '../../platform/elasticsearch/connection.js';
import { ElasticsearchFeatureStore } from './elasticsearch-feature-store.js';

describe('ElasticsearchFeatureStore without a server', () => {
  it('opens, and rejects each use with an error that tells to try again', async () => {
    const ports = await Promise.all([freePort(), freePort(), freePort()]);
    const nodes = ports.map((port) => `http://127.0.0.1:${port}`);
    const client = connectElasticsearch({ nodes, auth: null, prefix: 'hunch' });
    const told: unknown[] = [];
    const store = await ElasticsearchFeatureStore.open({
      client,
      prefix: 'hunch',
      clock: Date.now,
      random: Math.random,
      onError: (error) => told.push(error),
    });
    expect(told).toMatchObject([{ code: 'UNAVAILABLE' }]);
    const [ada, bob] = [userId('ada'), userId('bob')];
    const uses = [
      store.get([ada]),
      store.apply([pollEvent()]),
      store.apply([pollEvent({ kind: 'IMPRESSION' })]),
      store.setInterests(ada, { topics: [], languages: [] }, { at: 1, changeId: eventId('c') }),
      store.merge(ada, bob, 1),
      store.forget(ada, 1),
      store.index([{ features: emptyFeatures(ada, 1) }], 1),
      store.sample(1),
      store.flush(),
      store.ping(),
    ];
    for (const use of await Promise.allSettled(uses)) {
      expect(use).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE', retryable: true } });
    }
    await store.close();
    await client.close();
  });
});
