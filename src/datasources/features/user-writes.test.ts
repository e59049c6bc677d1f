import { describe, expect, it } from 'vitest';
import { elasticsearchStubs } from '../../../tests/support/elasticsearch-stub.js';
import { userId } from '../../domain/ids.js';
import { connectElasticsearch } from '../../platform/elasticsearch/connection.js';
import { forgetUser } from './user-transitions.js';
import { UserWrites } from './user-writes.js';

/** More than may wait. */
const MANY = 40_000;

describe('UserWrites', () => {
  const stubs = elasticsearchStubs();

  it('refuses more changes while a server hangs with many, and takes them again afterwards', async () => {
    let answer = (): void => {};
    const hanging = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const { url } = await stubs.start(async ({ path, body }) => {
      await hanging;
      if (path.endsWith('_bulk')) return { status: 200, body: { errors: false, items: [] } };
      const { ids } = JSON.parse(body) as { readonly ids: readonly string[] };
      return { status: 200, body: { docs: ids.map((id) => ({ _index: 'x', _id: id, found: false })) } };
    });
    const client = connectElasticsearch({ nodes: [url], auth: null, prefix: 'hunch' });
    const writes = new UserWrites({
      client,
      index: 'x',
      fields: ['departed'],
      timeoutMs: 60_000,
      retries: 0,
      random: () => 0,
    });
    const changes = Array.from({ length: MANY }, (_, at) =>
      writes.change(userId(`u${at}`), forgetUser(1)).then(
        () => 'MADE',
        (error: { code: string }) => error.code,
      ),
    );
    expect(await changes.at(-1)).toBe('UNAVAILABLE');
    answer();
    expect(new Set(await Promise.all(changes))).toEqual(new Set(['MADE', 'UNAVAILABLE']));
    expect(await writes.change(userId('one more'), forgetUser(1))).toBeNull();
    await client.close();
  });
});
