import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { job, refusal } from '../../../tests/support/bigquery-stub.js';
import { eventually } from '../../../tests/support/eventually.js';
import type { Answering, HttpStub } from '../../../tests/support/http-stub.js';
import { pollEvent } from '../../../tests/support/poll-events.js';
import { EMPTY_SNAPSHOT, stubbedWarehouses } from '../../../tests/support/stubbed-warehouse.js';
import { runId } from '../../domain/ids.js';

const { begin, sessionOn } = stubbedWarehouses();

describe('jobs of BigQueryWarehouse', () => {
  const result = (rows: readonly string[], pageToken?: string) => ({
    status: 200,
    body: {
      jobComplete: true,
      totalBytesProcessed: '1024',
      schema: { fields: [{ name: 'x', type: 'INTEGER' }] },
      rows: rows.map((v) => ({ f: [{ v }] })),
      ...(pageToken === undefined ? {} : { pageToken }),
    },
  });
  const labelled = z.object({
    configuration: z.object({
      labels: z.record(z.string(), z.string()),
      query: z.object({
        maximumBytesBilled: z.string(),
        defaultDataset: z.object({ datasetId: z.string() }),
      }),
    }),
  });

  it('are labelled, limited and counted', async () => {
    const { session, stub } = await sessionOn(({ method }) =>
      method === 'POST' ? job('RUNNING') : result(['1']),
    );
    expect(await session.all('SELECT 1 AS x')).toEqual([{ x: 1 }]);
    expect(await session.all('SELECT 1 AS x')).toEqual([{ x: 1 }]);
    expect(session.bytesProcessed()).toBe(2_048);
    const asked = stub.requests.findLast(({ method }) => method === 'POST');
    expect(labelled.parse(JSON.parse(asked?.body ?? '')).configuration).toEqual({
      labels: { app: 'hunch', flow: 'popular', run: 'run_1' },
      query: { maximumBytesBilled: String(2 ** 30), defaultDataset: { datasetId: 'app' } },
    });
  });

  it('are waited for, however long they take', async () => {
    let asked = 0;
    const { session } = await sessionOn(({ method }) => {
      if (method === 'POST') return job('RUNNING');
      asked += 1;
      return asked < 3 ? { status: 200, body: { jobComplete: false } } : result(['7']);
    });
    expect(await session.all('SELECT 7 AS x')).toEqual([{ x: 7 }]);
  });

  it('are cancelled when the reader gives up, or the session is closed', async () => {
    const { session, stub } = await sessionOn(({ method, path }) => {
      if (method === 'POST') return path.endsWith('/cancel') ? { status: 200, body: {} } : job('RUNNING');
      return { status: 200, body: { jobComplete: false } };
    });
    const cancels = (): number => stub.requests.filter(({ path }) => path.endsWith('/cancel')).length;
    const controller = new AbortController();
    const reading = session.stream('SELECT 1 AS x', {}, controller.signal)[Symbol.asyncIterator]().next();
    const rejected = expect(reading).rejects.toThrow('enough');
    await eventually(() => stub.requests.filter(({ path }) => path.includes('/queries/')).length > 1);
    controller.abort(new Error('enough'));
    await rejected;
    await eventually(() => cancels() === 1);
    const pending = expect(session.all('SELECT 1 AS x')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryable: false,
    });
    await session.close();
    await pending;
    await expect(session.all('SELECT 1 AS x')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('give their pages one after the other, the next one asked for ahead', async () => {
    const { session, stub } = await sessionOn(({ method }, place) =>
      method === 'POST' ? job('RUNNING') : result([String(place)], 'more'),
    );
    const asked = (): number => stub.requests.filter(({ path }) => path.includes('/queries/')).length;
    const before = asked();
    const pages = session.stream('SELECT 1 AS x')[Symbol.asyncIterator]();
    await pages.next();
    await eventually(() => asked() - before === 2);
    await pages.next();
    await eventually(() => asked() - before === 3);
    await pages.return?.();
    expect(asked() - before).toBe(3);
  });

  it('upload once more where the connection broke, unless the rows came through', async () => {
    const events = Array.from({ length: 5_001 }, (_, place) => pollEvent({ id: `e${place}` }));
    const uploads = (stub: HttpStub) =>
      stub.requests.filter(({ path }) => path.startsWith('/upload/')).length;
    let cut = true;
    const broken: Answering = ({ path, method }) => {
      if (path.startsWith('/upload/') && cut) {
        cut = false;
        return null;
      }
      return method === 'GET' && cut === false && path.includes('/jobs/hunch_load_')
        ? refusal(404, 'notFound', 'Not found: Job test-project:hunch_load')
        : job('DONE');
    };
    const first = await begin(broken);
    expect(await first.warehouse.append({ events })).toEqual({ added: 5_001, known: 0 });
    expect(uploads(first.stub)).toBe(2);
    const second = await begin(({ path }) => (path.startsWith('/upload/') ? null : job('DONE')));
    expect(await second.warehouse.append({ events })).toEqual({ added: 5_001, known: 0 });
    expect(uploads(second.stub)).toBe(1);
  });

  it('look for an upload whose answer was lost where the dataset is', async () => {
    const events = Array.from({ length: 5_001 }, (_, place) => pollEvent({ id: `e${place}` }));
    // Outside the US and the EU BigQuery knows a job only by its place, too.
    const { warehouse, stub } = await begin(({ path, query }) => {
      if (path.startsWith('/upload/')) return null;
      if (path.endsWith('/datasets/app')) return { status: 200, body: { location: 'europe-west6' } };
      return query.includes('location=europe-west6')
        ? job('DONE')
        : refusal(404, 'notFound', 'Not found: Job test-project:hunch_load');
    });
    expect(await warehouse.append({ events })).toEqual({ added: 5_001, known: 0 });
    expect(stub.requests.filter(({ path }) => path.startsWith('/upload/'))).toHaveLength(1);
  });

  it('may find a table that another process has made meanwhile', async () => {
    const { session } = await sessionOn(() =>
      job('DONE', { reason: 'duplicate', message: 'Already Exists: Table test-project:app.hunch_run_x' }),
    );
    expect(await session.materialise('clean_votes', 'SELECT 1 AS x')).toEqual({
      table: 'clean_votes',
      rows: 0,
    });
  });

  it('are planned whatever they would bill', async () => {
    const planned = { ...(job('DONE').body as object), statistics: { totalBytesProcessed: '7' } };
    const { warehouse, stub } = await sessionOn(() => ({ status: 200, body: planned }));
    const dryRun = await warehouse.dryRun({ snapshot: EMPTY_SNAPSHOT, flow: 'popular', run: runId('r') });
    expect(await dryRun.query('SELECT 1 AS x')).toEqual({ bytes: 7 });
    const asked = stub.requests.findLast(({ method }) => method === 'POST')?.body ?? '';
    expect(asked).toContain('"dryRun":true');
    expect(asked).not.toContain('maximumBytesBilled');
  });

  it('tell all they read to take a snapshot, and nothing to open one', async () => {
    const values = { arrival: '5', source: 'events', row_count: '2', through: '7000' };
    const types = { arrival: 'INTEGER', source: 'STRING', row_count: 'INTEGER', through: 'TIMESTAMP' };
    const { warehouse, stub } = await begin(({ method }) =>
      method === 'POST'
        ? job('RUNNING')
        : {
            status: 200,
            body: {
              jobComplete: true,
              totalBytesProcessed: '1024',
              schema: { fields: Object.entries(types).map(([name, type]) => ({ name, type })) },
              rows: [{ f: Object.values(values).map((v) => ({ v })) }],
            },
          },
    );
    let bytes = 0;
    const held = await warehouse.holdSnapshot('popular', runId('r'), {
      onProcessed: (more) => {
        bytes += more;
      },
    });
    expect(held).toMatchObject({ through: 7, rows: { events: 2, polls: 0 } });
    // What has arrived last, the same read back, and the rows up to there.
    expect(bytes).toBe(3 * 1_024);
    const before = stub.requests.length;
    expect(await warehouse.openSnapshot(held.id)).toEqual(held);
    expect(stub.requests).toHaveLength(before);
  });
});
