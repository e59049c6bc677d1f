import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FLOW_NAMES } from '../../../jobs/flows/flow.js';
import { cleanStep } from '../../../jobs/steps/clean.js';
import { extractStep } from '../../../jobs/steps/extract.js';
import { BigQueryWarehouse } from '../../../src/datasources/warehouse/bigquery-warehouse.js';
import type { WarehouseRows } from '../../../src/datasources/warehouse/warehouse.js';
import { eventId, optionId, pollId, runId, userId } from '../../../src/domain/ids.js';
import { HOUR } from '../../../src/domain/time.js';
import { type AppDataset, appClient } from '../../support/app-tables.js';
import { describeWithBigQuery } from '../../support/bigquery.js';
import { PACKAGE_ROOT } from '../../support/package-root.js';
import { pollEvent } from '../../support/poll-events.js';
import { realVoteBatches } from '../../support/real-vote-batches.js';
import { describeWithRealVotes } from '../../support/real-votes.js';
import { StepBench } from '../../support/run-steps.js';
import { tempFolders } from '../../support/temp-folder.js';
import { anyBatches } from './any-rows.js';
import { LARGE_RESULTS, runResults, SCORE_RESULTS } from './run-results.js';

const RUN = runId('run-1');

describeWithBigQuery('BigQuery and the embedded warehouse', (emulator) => {
  const folders = tempFolders();

  /** Steps on a dataset of its own, which holds no tables but ours. */
  async function emptyDataset(): Promise<{ app: AppDataset; bench: StepBench }> {
    const options = await emulator.dataset();
    const bench = await StepBench.open(await folders.make(), await BigQueryWarehouse.open(options));
    return { app: { endpoint: emulator.url, project: options.project, dataset: options.dataset }, bench };
  }

  /** One of each. */
  async function both(): Promise<{ embedded: StepBench; real: StepBench; close(): Promise<void> }> {
    const embedded = await StepBench.open(await folders.make());
    const { bench: real } = await emptyDataset();
    const close = async (): Promise<void> => {
      await embedded.close();
      await real.close();
    };
    return { embedded, real, close };
  }

  async function expectSame(
    batches: readonly WarehouseRows[],
    leaveOut?: ReadonlySet<string>,
  ): Promise<void> {
    const { embedded, real, close } = await both();
    try {
      for (const bench of [embedded, real]) await bench.add(...batches);
      for (const flow of FLOW_NAMES) {
        const options = { run: RUN, leaveOut };
        const expected = await runResults(embedded, flow, options);
        const found = await runResults(real, flow, options);
        for (const [name, rows] of Object.entries(expected)) expect(found[name], name).toEqual(rows);
        expect(Object.keys(found)).toEqual(Object.keys(expected));
      }
    } finally {
      await close();
    }
  }

  it('make the same tables of the same rows, whatever they are and in whatever batches they come', async () => {
    await fc.assert(
      fc.asyncProperty(anyBatches, (batches) => expectSame(batches)),
      {
        numRuns: 5,
        // The limit leaves time to tell the smallest failing example before the test is cut off.
        interruptAfterTimeLimit: 240_000,
      },
    );
  }, 300_000);

  it('make the same tables of nothing', async () => {
    await expectSame([], SCORE_RESULTS);
  });

  describe('a dataset with a pipeline of the app', () => {
    const T = Date.UTC(2026, 0, 10);
    const rows: WarehouseRows = {
      polls: [
        {
          poll: {
            id: pollId('p'),
            question: '',
            options: ['agree', 'disagree'].map((id) => ({ id: optionId(id), label: id })),
            topics: [],
            language: null,
            authorId: null,
            createdAt: 1,
            closesAt: null,
            status: 'OPEN',
          },
          recordedAt: 1,
        },
      ],
      events: [
        pollEvent({ id: 'ours 1', user: 'ann', at: T }),
        pollEvent({ id: 'ours 2', user: 'eve', at: T }),
      ],
    };

    async function setting() {
      const { app, bench } = await emptyDataset();
      onTestFinished(() => bench.close());
      const client = appClient(app);
      const query = async (sql: string): Promise<void> => {
        const defaultDataset = { projectId: app.project, datasetId: app.dataset };
        const [job] = await client.createQueryJob({ query: sql, defaultDataset });
        await job.getQueryResults();
      };
      await query(await readFile(join(PACKAGE_ROOT, 'deploy', 'bigquery', 'votes.sql'), 'utf8'));
      /** The app's own pipeline writes a vote. */
      const vote = (user: string, option: string, at: number, recordedAt = at): Promise<void> =>
        query(`INSERT INTO votes (user_id, poll_id, option, voted_at, recorded_at)
          VALUES ('${user}', 'p', '${option}', TIMESTAMP_MILLIS(${at}), TIMESTAMP_MILLIS(${recordedAt}))`);
      /** What a run counts as votes that stand, and what it found new. */
      const clean = async (id: string) => {
        const run = runId(id);
        const { extract } = await bench.run({ extract: extractStep, clean: cleanStep }, { run });
        const votes = await bench.all(
          'SELECT user_id, option_id, occurred_at FROM clean_votes ORDER BY user_id',
          { run },
        );
        return {
          events: extract?.events,
          votes: votes.map((row) => [row.user_id, row.option_id, Number(row.occurred_at) - T]),
        };
      };
      return { bench, vote, clean, query };
    }

    it('counts a row once that BigQuery has stored twice', async () => {
      const { bench, clean, query } = await setting();
      await bench.add(rows);
      // As when the answer to a request was lost, and the client has asked again.
      await query('INSERT INTO hunch_events SELECT * FROM hunch_events');
      expect((await clean('first')).votes.map(([user]) => user)).toEqual(['ann', 'eve']);
    });

    it('counts a vote that came by both paths once, and copies no row twice', async () => {
      const { bench, vote, clean } = await setting();
      await bench.add(rows);
      // The same vote as ours, one changed within the window, one far apart, and one of somebody else.
      await vote('ann', 'agree', T + 30_000);
      await vote('eve', 'disagree', T + 30_000);
      await vote('bob', 'agree', T + HOUR);
      const first = await clean('first');
      expect(first.votes).toEqual([
        ['ann', 'agree', 0],
        ['bob', 'agree', HOUR],
        ['eve', 'disagree', 30_000],
      ]);
      expect(await clean('second')).toEqual(first);
      await vote('bob', 'disagree', T + 2 * HOUR);
      const third = await clean('third');
      expect(third.votes).toEqual([
        ['ann', 'agree', 0],
        ['bob', 'disagree', 2 * HOUR],
        ['eve', 'disagree', 30_000],
      ]);
      expect(Number(third.events) - Number(first.events)).toBe(1);
    });

    it('leaves an erased user out of what the pipeline brings later', async () => {
      const { bench, vote, clean } = await setting();
      await bench.add(rows);
      await vote('bob', 'agree', T + HOUR);
      expect((await clean('first')).votes.map(([user]) => user)).toEqual(['ann', 'bob', 'eve']);
      const erasedAt = T + 3 * HOUR;
      await bench.add({
        userChanges: [
          {
            change: { kind: 'ERASE', changeId: eventId('x'), userId: userId('bob'), occurredAt: erasedAt },
            recordedAt: erasedAt,
          },
        ],
      });
      // Given before the erasure, and recorded by the pipeline after it.
      await vote('bob', 'disagree', T + 2 * HOUR, erasedAt + HOUR);
      expect((await clean('second')).votes.map(([user]) => user)).toEqual(['ann', 'eve']);
      await vote('bob', 'disagree', erasedAt + HOUR);
      expect((await clean('third')).votes.at(1)).toEqual(['bob', 'disagree', 4 * HOUR]);
    });
  });

  describeWithRealVotes('on real votes', (files) => {
    it('make the same features and statistics', async () => {
      const { embedded, real, close } = await both();
      onTestFinished(close);
      for await (const rows of realVoteBatches(files)) {
        for (const bench of [embedded, real]) await bench.add(rows);
      }
      for (const flow of FLOW_NAMES) {
        const options = { run: RUN, leaveOut: LARGE_RESULTS };
        const expected = await runResults(embedded, flow, options);
        const found = await runResults(real, flow, options);
        for (const [name, rows] of Object.entries(expected)) expect(found[name], name).toEqual(rows);
        const table = flow === 'personalise' ? 'user_features' : 'poll_statistics';
        expect(found[table]).toHaveLength(flow === 'personalise' ? 15_292 : 1_742);
      }
    }, 600_000);
  });
});
