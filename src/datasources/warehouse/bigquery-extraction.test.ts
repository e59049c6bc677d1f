import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { bigQueryOptions } from '../../../tests/support/bigquery.js';
import { bigQueryStubs, job, refusal, TABLE } from '../../../tests/support/bigquery-stub.js';
import { runId } from '../../domain/ids.js';
import { HOUR } from '../../domain/time.js';
import { BigQueryWarehouse } from './bigquery-warehouse.js';

const stubs = bigQueryStubs();
const T = Date.UTC(2026, 0, 10);

const asked = z.object({
  configuration: z.object({
    query: z.object({
      query: z.string(),
      queryParameters: z.array(
        z.object({ name: z.string(), parameterValue: z.object({ value: z.string().optional() }) }),
      ),
    }),
  }),
});

const VOTES = {
  status: 200,
  body: {
    schema: {
      fields: ['user_id', 'poll_id', 'option', 'voted_at'].map((name) => ({
        name,
        type: name === 'voted_at' ? 'TIMESTAMP' : 'STRING',
      })),
    },
  },
};
/** Answers any of the queries that take a snapshot. */
const ROW = {
  votes: ['TIMESTAMP', String(T * 1_000)],
  impressions: ['TIMESTAMP', null],
  arrival: ['INTEGER', '5'],
  passed_over: ['INTEGER', '0'],
  source: ['STRING', 'events'],
  row_count: ['INTEGER', '1'],
  through: ['TIMESTAMP', String(T * 1_000)],
} as const;
const RESULT = {
  status: 200,
  body: {
    jobComplete: true,
    schema: { fields: Object.entries(ROW).map(([name, [type]]) => ({ name, type })) },
    rows: [{ f: Object.values(ROW).map(([, v]) => ({ v })) }],
  },
};

describe('BigQueryExtraction', () => {
  it('reads from the overlap on, also of what it has copied, where the app has votes and no impressions', async () => {
    const stub = await stubs.start(({ method, path }) => {
      if (method === 'POST') return job('RUNNING');
      if (path.endsWith('/tables/votes')) return VOTES;
      if (/\/tables\/(impressions|polls|hunch_held_\w+)$/.test(path)) {
        return refusal(404, 'notFound', 'Not found: Table test-project:app.x');
      }
      return path.includes('/tables/') ? TABLE : RESULT;
    });
    const warehouse = await BigQueryWarehouse.open({
      ...bigQueryOptions(stub.url, 'app'),
      overlapMs: 48 * HOUR,
    });
    onTestFinished(() => warehouse.close());
    await warehouse.holdSnapshot('popular', runId('r'));
    const { body } =
      stub.requests.find(({ body: sent }) => sent.includes('INSERT INTO hunch_source_events')) ?? {};
    const { query } = asked.parse(JSON.parse(body ?? '')).configuration;
    const values = new Map(
      query.queryParameters.map(({ name, parameterValue }) => [name, parameterValue.value]),
    );
    const since = String(T - 48 * HOUR);
    expect(values.get('votes_since')).toBe(since);
    expect(values.get('known_since')).toBe(since);
  });
});
