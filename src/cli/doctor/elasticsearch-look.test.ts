import { expect, it, onTestFinished } from 'vitest';
import { elasticsearchStubs, type StubAnswer } from '../../../tests/support/elasticsearch-stub.js';
import { connectElasticsearch } from '../../platform/elasticsearch/connection.js';
import { lookAtElasticsearch } from './elasticsearch-look.js';

const stubs = elasticsearchStubs();
const KEY = 'c2VjcmV0LWtleQ==';

const INFO: StubAnswer = {
  status: 200,
  body: { version: { number: '9.1.0' }, tagline: 'You Know, for Search' },
};
const HEALTH: StubAnswer = {
  status: 200,
  body: { cluster_name: 'polls', status: 'green', number_of_nodes: 3 },
};
const NOT_FOUND: StubAnswer = {
  status: 404,
  body: { error: { type: 'index_not_found_exception' }, status: 404 },
};

/** Looks at a server that answers each path as told. */
async function look(answers: Readonly<Record<string, StubAnswer>>) {
  const { url } = await stubs.start(({ path }) => {
    const found = Object.entries(answers).find(([name]) => path.startsWith(name));
    return found?.[1] ?? (path === '/' ? INFO : NOT_FOUND);
  });
  const settings = { nodes: [url], auth: { apiKey: KEY }, prefix: 'hunch' };
  const client = connectElasticsearch(settings);
  onTestFinished(() => client.close());
  return lookAtElasticsearch(client, settings);
}

const privileges = (write: boolean): StubAnswer => ({
  status: 200,
  body: {
    has_all_requested: write,
    cluster: { monitor: true, manage_index_templates: true },
    index: { 'hunch-*': { read: true, write } },
  },
});
const mapping = (version: number): StubAnswer => ({
  status: 200,
  body: { 'hunch-users-000001': { mappings: { _meta: { version } } } },
});

it('names the cluster, its version and the indices that are not there yet', async () => {
  const found = await look({ '/_security': privileges(true), '/_cluster/health': HEALTH });
  expect(found).toMatchObject({
    version: '9.1.0',
    detail: expect.stringContaining('cluster polls, green, 3 node(s)'),
  });
  expect(found.findings?.map(({ what, isFault }) => [what, isFault])).toEqual(
    ['users', 'polls', 'votes', 'vectors'].map((name) => [`There is no index hunch-${name} yet.`, false]),
  );
});

it.each([
  [0, /hunch-users is of version 0, and this release brings 1/],
  [99, /hunch-users is of version 99, newer than the 1 of this release/],
])('tells an index of version %i from one of this release', async (version, message) => {
  const found = await look({
    '/_security': privileges(true),
    '/_cluster/health': HEALTH,
    '/hunch-users/_mapping': mapping(version),
    '/hunch-users/_count': { status: 200, body: { count: 5 } },
  });
  expect(found.findings?.[0]).toMatchObject({ what: expect.stringMatching(message), isFault: false });
});

it('names the privileges that the key lacks', async () => {
  const found = await look({ '/_security': privileges(false), '/_cluster/health': HEALTH });
  expect(found.findings).toEqual([
    {
      what: 'No privilege write on hunch-*.',
      remedy: expect.stringContaining('docs/elasticsearch.md'),
      isFault: true,
    },
  ]);
});

it('says that the server refuses the key, and does not repeat it', async () => {
  const refused = {
    status: 401,
    body: { error: { type: 'security_exception', reason: 'unable to authenticate' } },
  };
  const error: unknown = await look({ '/': refused }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code: 'INVALID_CONFIGURATION',
    message: expect.stringContaining('unable to authenticate'),
  });
  expect(String(error)).not.toContain(KEY);
});
