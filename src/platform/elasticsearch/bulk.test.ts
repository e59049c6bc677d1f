import { afterAll, describe, expect, it } from 'vitest';
import { elasticsearchStubs, type StubAnswer } from '../../../tests/support/elasticsearch-stub.js';
import { type BulkOperation, bulkWrite, sendBulk } from './bulk.js';
import { connectElasticsearch } from './connection.js';

const ok = { index: { status: 201 } };
const refused = (status: number, type: string) => ({
  index: { status, error: { type, reason: `no: ${type}` } },
});
const wholeRefusal = (status: number): StubAnswer => ({
  status,
  body: { error: { type: 'es_rejected_execution_exception', reason: 'too busy' }, status },
});
const items = (...answers: readonly object[]): StubAnswer => ({
  status: 200,
  body: { errors: answers.some((answer) => answer !== ok), items: answers },
});
const allOf = (body: string): StubAnswer => items(...idsIn(body).map(() => ok));
const idsIn = (body: string): string[] => [...body.matchAll(/"_id":"(\w+)"/g)].map(([, id = '']) => id);
const write = (id: string): BulkOperation => ({ action: 'index', id, document: { text: id } });

describe('bulk writes to a server in trouble', () => {
  const stubs = elasticsearchStubs();
  const closings: (() => Promise<void>)[] = [];
  afterAll(() => Promise.all(closings.map((close) => close())));
  const start = async (answer: Parameters<typeof stubs.start>[0]) => {
    const stub = await stubs.start(answer);
    const client = connectElasticsearch({ nodes: [stub.url], auth: null, prefix: 'hunch' });
    closings.push(() => client.close());
    return { client, sent: () => stub.requests.map(({ body }) => idsIn(body)) };
  };

  it('sends again only the documents that were refused for a moment', async () => {
    const { client, sent } = await start(({ body }, place) => {
      if (place === 0)
        return items(ok, refused(429, 'es_rejected_execution_exception'), refused(400, 'bad'), ok);
      return place === 1 ? items(refused(503, 'unavailable_shards_exception')) : allOf(body);
    });
    const failures = await sendBulk(client, ['a', 'b', 'c', 'd'].map(write), { index: 'x' });
    expect(sent()).toEqual([['a', 'b', 'c', 'd'], ['b'], ['b']]);
    expect(failures).toEqual([{ id: 'c', status: 400, type: 'bad', reason: 'no: bad' }]);
  });

  it('sends what is too large for one request in several', async () => {
    const { client, sent } = await start(({ body }) =>
      body.length > 15_000_000 ? wholeRefusal(413) : allOf(body),
    );
    const document = { text: 'x'.repeat(4_000_000) };
    const large = ['a', 'b', 'c', 'd', 'e'].map((id): BulkOperation => ({ action: 'index', id, document }));
    expect(await sendBulk(client, large, { index: 'x' })).toEqual([]);
    expect(sent()).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  it('sends the whole again where all of it was refused for a moment', async () => {
    const { client, sent } = await start(({ body }, place) =>
      place < 2 ? wholeRefusal(place === 0 ? 429 : 500) : allOf(body),
    );
    expect(await sendBulk(client, [write('a')], { index: 'x' })).toEqual([]);
    expect(sent()).toHaveLength(3);
  });

  it('gives up after the retries, with the documents or with an error that tells to try again', async () => {
    const busy = await start(() => items(refused(429, 'es_rejected_execution_exception'), ok));
    const failures = await sendBulk(busy.client, [write('a'), write('b')], { index: 'x', retries: 1 });
    expect(failures).toMatchObject([{ id: 'a', status: 429 }]);
    const away = await start(() => wholeRefusal(429));
    await expect(sendBulk(away.client, [write('a')], { index: 'x', retries: 1 })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('too busy'),
    });
    expect(away.sent()).toHaveLength(2);
  });

  it('has a conditional write read again where its index is blocked or gone', async () => {
    const { client, sent } = await start((_, place) =>
      items(
        place < 2 ? refused(403, 'cluster_block_exception') : ok,
        ...(place === 0 ? [refused(404, 'index_not_found_exception')] : []),
        ...(place < 2 ? [refused(403, 'cluster_block_exception')] : []),
      ),
    );
    const ifVersion = { index: 'x-1', seqNo: 1, primaryTerm: 1 };
    const conditional = (id: string): BulkOperation => ({ action: 'index', id, document: {}, ifVersion });
    const failures = await sendBulk(client, [write('a'), conditional('b'), conditional('c')], { index: 'x' });
    expect(sent()).toEqual([['a', 'b', 'c'], ['a', 'c'], ['a']]);
    expect(failures.map(({ id, status }) => [id, status])).toEqual([
      ['b', 409],
      ['c', 409],
    ]);
  });

  it('does not try again what is refused for good', async () => {
    const { client, sent } = await start(() => ({
      status: 403,
      body: {
        error: { type: 'security_exception', reason: 'action [write] is unauthorized for user [app]' },
      },
    }));
    await expect(bulkWrite(client, [write('a')], { index: 'x' })).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringMatching(/unauthorized for user \[app\].*privileges read, write/s),
    });
    expect(sent()).toHaveLength(1);
  });

  it('reads its source no faster than the server takes it', async () => {
    let given = 0;
    let widest = 0;
    const { client, sent } = await start(({ body }) => {
      widest = Math.max(widest, given - sent().length);
      return allOf(body);
    });
    function* source(): Generator<BulkOperation> {
      for (; given < 30; given += 1) yield write(`d${given}`);
    }
    expect(await bulkWrite(client, source(), { index: 'x', flushBytes: 1 })).toMatchObject({ written: 30 });
    // Two requests under way, and one being filled.
    expect(widest).toBeLessThanOrEqual(3);
  });

  it('writes nothing more after its source or one of its requests has failed', async () => {
    const broken = await start(({ body }) => allOf(body));
    async function* breakingOff(): AsyncGenerator<BulkOperation> {
      yield write('a');
      throw new Error('the source broke off');
    }
    await expect(bulkWrite(broken.client, breakingOff(), { index: 'x' })).rejects.toThrow(
      'the source broke off',
    );
    expect(broken.sent()).toEqual([]);

    const failing = await start(() => ({ status: 400, body: { error: { type: 'bad', reason: 'no' } } }));
    async function* endless(): AsyncGenerator<BulkOperation> {
      for (let index = 0; ; index += 1) yield write(`d${index}`);
    }
    const writing = bulkWrite(failing.client, endless(), { index: 'x', flushBytes: 1 });
    await expect(writing).rejects.toMatchObject({ code: 'INVALID_DATA' });
  });

  it('stops when it is aborted, also between two tries', async () => {
    const controller = new AbortController();
    const { client } = await start(() => {
      controller.abort(new Error('stopped by the test'));
      return wholeRefusal(429);
    });
    const writing = bulkWrite(client, [write('a')], { index: 'x', signal: controller.signal });
    await expect(writing).rejects.toThrow('stopped by the test');
  });
});
