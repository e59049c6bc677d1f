import { beforeAll, expect, it } from 'vitest';
import { lookAtBigQuery } from '../../../src/cli/doctor/bigquery-look.js';
import { BigQueryWarehouse } from '../../../src/datasources/warehouse/bigquery-warehouse.js';
import { type AppDataset, appClient } from '../../support/app-tables.js';
import { pollEvent } from '../../support/poll-events.js';
import { describeWithService } from '../../support/services.js';

describeWithService('bigquery', 'hunch doctor on BigQuery', (bigquery) => {
  let endpoint: string;
  let datasets = 0;
  beforeAll(async () => {
    ({ url: endpoint } = await bigquery.start([]));
  });

  async function newDataset(statements: readonly string[] = []) {
    datasets += 1;
    const app: AppDataset = { endpoint, project: 'test-project', dataset: `doctor_${datasets}` };
    const client = appClient(app);
    await client.createDataset(app.dataset);
    const defaultDataset = { projectId: app.project, datasetId: app.dataset };
    for (const query of statements) {
      const [job] = await client.createQueryJob({ query, defaultDataset });
      await job.getQueryResults();
    }
    return { ...app, location: null, maxBytesBilled: 2 ** 30 };
  }

  it('finds an empty dataset usable, and makes nothing in it', async () => {
    const settings = await newDataset();
    for (const _ of ['once', 'again']) {
      const found = await lookAtBigQuery(settings, { keepsEvents: true });
      expect(found.detail).toContain('rows: none; reads no table of the app');
      expect(found.findings?.filter(({ isFault }) => isFault)).toEqual([]);
      expect(found.findings?.map(({ what }) => what)).toContain('There is no table hunch_events yet.');
    }
  });

  it('finds all in order once a start has made the tables, and tells which of the app it reads', async () => {
    const settings = await newDataset([
      'CREATE TABLE votes (user_id STRING, poll_id STRING, option STRING, voted_at TIMESTAMP)',
    ]);
    const options = { ...settings, overlapMs: 0, duplicateWindowMs: 0, clock: Date.now };
    const warehouse = await BigQueryWarehouse.open(options);
    await warehouse.append({ events: [pollEvent()] });
    await warehouse.close();
    const { detail, findings } = await lookAtBigQuery(settings, { keepsEvents: false });
    expect(detail).toMatch(/hunch_events 1, hunch_polls 0, .*reads votes$/);
    expect(findings?.map(({ what }) => what)).toEqual([
      'There is no table or view impressions of the app.',
      'There is no table or view polls of the app.',
    ]);
  });

  it('finds fault with EVENT_SINK=none where the app has no votes', async () => {
    const { findings } = await lookAtBigQuery(await newDataset(), { keepsEvents: false });
    expect(findings?.filter(({ isFault }) => isFault)).toEqual([
      {
        what: 'There is no table or view votes of the app.',
        remedy: expect.stringContaining('EVENT_SINK=none'),
        isFault: true,
      },
    ]);
  });

  it('names a column that a view lacks', async () => {
    const settings = await newDataset([
      'CREATE TABLE clicks (voter STRING, poll_id STRING, option STRING)',
      'CREATE VIEW votes AS SELECT voter AS user_id, poll_id, option FROM clicks',
    ]);
    const { findings } = await lookAtBigQuery(settings, { keepsEvents: true });
    expect(findings?.filter(({ isFault }) => isFault)).toEqual([
      { what: expect.stringMatching(/votes has no column voted_at/), remedy: '', isFault: true },
    ]);
  });

  it('says how to make a dataset that is missing', async () => {
    const settings = { ...(await newDataset()), dataset: 'nowhere' };
    await expect(lookAtBigQuery(settings, { keepsEvents: true })).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining('mk --dataset'),
    });
  });
});
