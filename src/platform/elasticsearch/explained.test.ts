import { errors } from '@elastic/elasticsearch';
import { afterAll, describe, expect, it } from 'vitest';
import { elasticsearchStubs } from '../../../tests/support/elasticsearch-stub.js';
import { freePort } from '../../../tests/support/free-port.js';
import { connectElasticsearch } from './connection.js';
import { explained } from './explained.js';

describe('explained', () => {
  const stubs = elasticsearchStubs();
  const closings: (() => Promise<void>)[] = [];
  afterAll(() => Promise.all(closings.map((close) => close())));
  const connect = (nodes: readonly string[]) => {
    const client = connectElasticsearch({ nodes, auth: null, prefix: 'hunch' });
    closings.push(() => client.close());
    return client;
  };
  const failureOf = async (nodes: readonly string[]): Promise<Error> => {
    const failure: unknown = await connect(nodes)
      .get({ index: 'hunch-users', id: 'ada' })
      .then(
        () => new Error('it answered'),
        (error: unknown) => error,
      );
    return explained(failure, 'read ada');
  };

  it.each([
    [429, 'es_rejected_execution_exception', 'UNAVAILABLE'],
    [503, 'master_not_discovered_exception', 'UNAVAILABLE'],
    [500, 'internal', 'UNAVAILABLE'],
    [403, 'cluster_block_exception', 'UNAVAILABLE'],
    [403, 'security_exception', 'INVALID_CONFIGURATION'],
    [401, 'security_exception', 'INVALID_CONFIGURATION'],
    [404, 'index_not_found_exception', 'NOT_FOUND'],
    [400, 'mapper_parsing_exception', 'INVALID_DATA'],
  ])('answers %i %s as %s', async (status, type, code) => {
    const { url } = await stubs.start(() => ({
      status,
      body: { error: { type, reason: 'because [hunch-users]' } },
    }));
    expect(await failureOf([url])).toMatchObject({
      code,
      retryable: code === 'UNAVAILABLE',
      message: expect.stringMatching(/^Could not read ada: .*because \[hunch-users\]/),
    });
  });

  it('tells that no node answers', async () => {
    const ports = await Promise.all([freePort(), freePort()]);
    expect(await failureOf(ports.map((port) => `http://127.0.0.1:${port}`))).toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('no Elasticsearch node answers'),
    });
  });

  it('goes on to the next node where one is away', async () => {
    const { url } = await stubs.start(() => ({ status: 200, body: { found: true, _source: {} } }));
    const client = connect([`http://127.0.0.1:${await freePort()}`, url]);
    for (let call = 0; call < 4; call += 1) await client.get({ index: 'hunch-users', id: 'ada' });
  });

  it('leaves errors alone that are not of the client', () => {
    const fault = new TypeError('a fault of the program');
    expect(explained(fault, 'read ada')).toBe(fault);
    expect(explained(new errors.ConfigurationError('no nodes'), 'read ada')).toMatchObject({
      code: 'INVALID_CONFIGURATION',
    });
  });
});
