import { expect, it } from 'vitest';
import { elasticsearchStubs } from '../../../tests/support/elasticsearch-stub.js';
import { connectElasticsearch } from '../../platform/elasticsearch/connection.js';
import { ElasticsearchPolls } from './elasticsearch-polls.js';

const stubs = elasticsearchStubs();

it('does not read on for ever where hardly anything that matches may be found', async () => {
  const template = { index_templates: [{ index_template: { version: 1_000 } }] };
  const { url } = await stubs.start(({ path, body }) => {
    if (!path.endsWith('_search')) return { status: 200, body: path.includes('template') ? template : {} };
    const { size } = JSON.parse(body) as { readonly size: number };
    const hits = Array.from({ length: size }, (_, place) => ({ sort: [1, `p${place}`] }));
    return { status: 200, body: { hits: { hits } } };
  });
  const client = connectElasticsearch({ nodes: [url], auth: null, prefix: 'hunch' });
  const search = await ElasticsearchPolls.open({ client, prefix: 'hunch' });
  expect(await search.search('ferry', 2)).toHaveLength(2);
  await expect(search.search('ferry', 2, () => false)).rejects.toMatchObject({ code: 'TIMED_OUT' });
  await client.close();
});
