import { describe, expect, it, onTestFinished } from 'vitest';
import { connectBigQuery } from '../../../src/datasources/warehouse/bigquery-connection.js';
import {
  BigQueryWarehouse,
  type BigQueryWarehouseOptions,
} from '../../../src/datasources/warehouse/bigquery-warehouse.js';
import { runId } from '../../../src/domain/ids.js';
import { DAY, HOUR, SECOND } from '../../../src/domain/time.js';
import { hashEvent } from '../../../src/intake/event-hash.js';
import { type BigQueryEmulator, describeWithBigQuery } from '../../support/bigquery.js';
import { pollEvent } from '../../support/poll-events.js';

const NOW = Date.UTC(2026, 0, 15);

async function begin(emulator: BigQueryEmulator, changes: Partial<BigQueryWarehouseOptions> = {}) {
  let now = NOW;
  const options = await emulator.dataset({ clock: () => now, ...changes });
  const client = connectBigQuery(options);
  const warehouse = await BigQueryWarehouse.open(options);
  onTestFinished(() => warehouse.close());
  let runs = 0;
  return {
    warehouse,
    pass(time: number): void {
      now += time;
    },
    /** As the app's own pipeline and its people do. */
    async sql(...statements: string[]): Promise<void> {
      for (const query of statements) {
        const defaultDataset = { projectId: options.project, datasetId: options.dataset };
        const [job] = await client.createQueryJob({ query, defaultDataset });
        await job.getQueryResults();
      }
    },
    /** What a new run sees. */
    async run(select: string): Promise<Record<string, unknown>[]> {
      runs += 1;
      const run = runId(`run-${runs}`);
      const snapshot = await warehouse.holdSnapshot('popular', run);
      const session = await warehouse.session({ snapshot, flow: 'popular', run });
      const rows = await session.all(select);
      await session.close();
      return rows;
    },
  };
}

const VOTES = 'CREATE TABLE votes (user_id STRING, poll_id STRING, option STRING, voted_at TIMESTAMP)';
const EVENTS =
  'SELECT user_id, poll_id, option_id, kind, UNIX_MILLIS(occurred_at) AS at FROM events ORDER BY at, user_id';
const at = (time: number): string => `TIMESTAMP_MILLIS(${time})`;
const vote = (user: string, time: number, option = 'yes'): string =>
  `INSERT INTO votes (user_id, poll_id, option, voted_at) VALUES ('${user}', 'p', '${option}', ${at(time)})`;

describeWithBigQuery("the app's own tables", (emulator) => {
  describe('votes', () => {
    it('are copied once, the new ones by each run, under the id that an import gives them', async () => {
      const { warehouse, sql, run, pass } = await begin(emulator);
      await sql(VOTES, vote('ada', NOW - DAY), vote('ünï', NOW - 2 * DAY));
      const ids = 'SELECT event_id FROM events ORDER BY event_id';
      const expected = [
        hashEvent('ada', 'p', { what: 'yes', at: NOW - DAY }),
        hashEvent('ünï', 'p', { what: 'yes', at: NOW - 2 * DAY }),
      ].map((event_id) => ({ event_id }));
      expect(await run(ids)).toEqual(expected.toSorted((a, b) => (a.event_id < b.event_id ? -1 : 1)));
      expect(await run(ids)).toHaveLength(2);
      pass(HOUR);
      await sql(vote('bob', NOW));
      const rows = await run(EVENTS);
      expect(rows.map((row) => row.user_id)).toEqual(['ünï', 'ada', 'bob']);
      expect((await warehouse.snapshot()).rows.events).toBe(3);
      expect(rows[2]).toEqual({ user_id: 'bob', poll_id: 'p', option_id: 'yes', kind: 'VOTE', at: NOW });
    });

    it('that come late are seen within the overlap, not past it', async () => {
      const { sql, run } = await begin(emulator);
      await sql(VOTES, vote('ada', NOW - HOUR));
      expect(await run(EVENTS)).toHaveLength(1);
      await sql(vote('late', NOW - 40 * HOUR), vote('too-late', NOW - 60 * HOUR));
      expect((await run(EVENTS)).map((row) => row.user_id)).toEqual(['late', 'ada']);
    });

    it('that tell when they were recorded may come at any time', async () => {
      const { sql, run } = await begin(emulator);
      const recorded = (user: string, time: number, recordedAt: string): string =>
        `INSERT INTO votes (user_id, poll_id, option, voted_at, recorded_at)
         VALUES ('${user}', 'p', 'yes', ${at(time)}, ${recordedAt})`;
      await sql(VOTES.replace(')', ', recorded_at TIMESTAMP)'), recorded('ada', NOW - HOUR, at(NOW - HOUR)));
      expect(await run(EVENTS)).toHaveLength(1);
      await sql(
        recorded('late', NOW - 90 * DAY, at(NOW)),
        recorded('unknown', NOW - 2 * HOUR, 'NULL'),
        recorded('unknown-and-late', NOW - 90 * DAY, 'NULL'),
      );
      expect((await run(EVENTS)).map((row) => row.user_id)).toEqual(['late', 'unknown', 'ada']);
    });

    it('of the future do not hide those that come after them', async () => {
      const { sql, run, pass } = await begin(emulator);
      await sql(VOTES, vote('ahead', NOW + 400 * DAY), vote('ada', NOW - HOUR));
      expect(await run(EVENTS)).toHaveLength(2);
      pass(10 * DAY);
      await sql(vote('bob', NOW + 9 * DAY));
      expect((await run(EVENTS)).map((row) => row.user_id)).toEqual(['ada', 'bob', 'ahead']);
    });

    it('of the future do not make what is recorded now look old', async () => {
      const { warehouse, sql } = await begin(emulator);
      await warehouse.append({ events: [pollEvent({ at: NOW - HOUR })] });
      await sql(VOTES, vote('ahead', NOW + 400 * DAY));
      const { through, rows } = await warehouse.holdSnapshot('popular', runId('r'));
      expect(rows.events).toBe(2);
      expect(through).toBeGreaterThanOrEqual(NOW - HOUR);
      expect(through).toBeLessThan(NOW + SECOND);
    });

    it('that we took in too count once: same user, poll and option within the window', async () => {
      const { warehouse, sql, run } = await begin(emulator);
      const ours = (user: string, option = 'yes') =>
        pollEvent({ id: `e-${user}`, user, poll: 'p', option, at: NOW });
      await warehouse.append({ events: [ours('ada'), ours('bob'), ours('cem', 'no')] });
      await sql(
        VOTES,
        vote('ada', NOW + 60 * SECOND),
        vote('bob', NOW + 61 * SECOND),
        vote('cem', NOW),
        vote('dan', NOW),
      );
      const rows = await run('SELECT user_id, event_id FROM events');
      const byUser = (user: string) => rows.filter((row) => row.user_id === user);
      expect(byUser('ada')).toEqual([{ user_id: 'ada', event_id: 'e-ada' }]);
      expect(byUser('bob')).toHaveLength(2);
      expect(byUser('cem')).toHaveLength(2);
      expect(byUser('dan')).toHaveLength(1);
    });

    it('may be a view over a table of other names and types', async () => {
      const { sql, run } = await begin(emulator);
      await sql(
        'CREATE TABLE clicks (voter INT64, question_id INT64, answer STRING, clicked DATETIME)',
        "INSERT INTO clicks (voter, question_id, answer, clicked) VALUES (7, 8, 'no', DATETIME '2026-01-14 12:00:00')",
        'CREATE VIEW votes AS SELECT voter AS user_id, question_id AS poll_id, answer AS option, clicked AS voted_at FROM clicks',
      );
      expect(await run(EVENTS)).toEqual([
        { user_id: '7', poll_id: '8', option_id: 'no', kind: 'VOTE', at: Date.UTC(2026, 0, 14, 12) },
      ]);
    });

    it('without a column that is needed are refused by table, column and what to do', async () => {
      const { warehouse, sql } = await begin(emulator);
      await sql('CREATE TABLE votes (user_id STRING, poll_id STRING, answer STRING, voted_at TIMESTAMP)');
      await expect(warehouse.holdSnapshot('popular', runId('r'))).rejects.toMatchObject({
        code: 'INVALID_CONFIGURATION',
        message: expect.stringMatching(/table votes has no column option.*view votes.*views\.example\.sql/),
      });
    });
  });

  it('of impressions and votes meet in the events', async () => {
    const { sql, run } = await begin(emulator);
    await sql(
      'CREATE TABLE impressions (user_id STRING, poll_id STRING, seen_at TIMESTAMP, event_id STRING, recommendation_id STRING, position INT64)',
      `INSERT INTO impressions (user_id, poll_id, seen_at, event_id, recommendation_id, position)
       VALUES ('ada', 'p', ${at(NOW)}, 'own', 'r', 3), ('ada', 'q', ${at(NOW)}, '', NULL, NULL), (NULL, 'q', ${at(NOW)}, 'x', NULL, NULL)`,
      VOTES,
      vote('ada', NOW + 1),
    );
    expect(
      await run(
        'SELECT event_id, poll_id, kind, recommendation_id, position FROM events ORDER BY kind, poll_id',
      ),
    ).toEqual([
      { event_id: 'own', poll_id: 'p', kind: 'IMPRESSION', recommendation_id: 'r', position: 3 },
      {
        event_id: hashEvent('ada', 'q', { what: 'IMPRESSION', at: NOW }),
        poll_id: 'q',
        kind: 'IMPRESSION',
        recommendation_id: null,
        position: null,
      },
      {
        event_id: hashEvent('ada', 'p', { what: 'yes', at: NOW + 1 }),
        poll_id: 'p',
        kind: 'VOTE',
        recommendation_id: null,
        position: null,
      },
    ]);
  });

  it('of polls are copied when they change, and only then', async () => {
    const { sql, run, pass } = await begin(emulator);
    await sql(
      'CREATE TABLE polls (poll_id STRING, question STRING, option_ids ARRAY<STRING>, topics ARRAY<STRING>, created_at TIMESTAMP, status STRING)',
      `INSERT INTO polls (poll_id, question, option_ids, topics, created_at, status)
       VALUES ('p', 'Why?', ['a', 'b'], ['x'], ${at(NOW - DAY)}, 'open'), ('q', NULL, ['a', 'b'], [], NULL, 'odd')`,
    );
    const states =
      'SELECT poll_id, question, option_labels, topics, status, created_at, recorded_at FROM polls ORDER BY poll_id, arrival';
    const first = {
      poll_id: 'p',
      question: 'Why?',
      option_labels: ['a', 'b'],
      topics: ['x'],
      status: 'OPEN',
      created_at: NOW - DAY,
      recorded_at: NOW - DAY,
    };
    const other = {
      poll_id: 'q',
      question: '',
      option_labels: ['a', 'b'],
      topics: [],
      status: 'HIDDEN',
      created_at: NOW,
      recorded_at: NOW,
    };
    expect(await run(states)).toEqual([first, other]);
    pass(HOUR);
    expect(await run(states)).toEqual([first, other]);
    await sql("UPDATE polls SET status = 'CLOSED' WHERE poll_id IN ('p', 'q')");
    const closed = { status: 'CLOSED', recorded_at: NOW + HOUR };
    expect(await run(states)).toEqual([first, { ...first, ...closed }, other, { ...other, ...closed }]);
    expect(await run(states)).toHaveLength(4);
  });

  it('of polls with lists that are NULL, or hold one, are stored as BigQuery would store them', async () => {
    const { sql, run } = await begin(emulator);
    // BigQuery stores an empty list for NULL, so that the two would differ in each run, and refuses one with a NULL in it.
    await sql(
      'CREATE TABLE questions (id STRING)',
      "INSERT INTO questions (id) VALUES ('p'), ('q')",
      `CREATE VIEW polls AS SELECT id AS poll_id, ['a', NULL, 'b'] AS option_ids, ['A', 'gone', NULL] AS option_labels,
         IF(id = 'p', NULL, [NULL, 'x', 'c']) AS topics FROM questions`,
    );
    const states =
      'SELECT option_ids, option_labels, topics, topics IS NULL AS has_no_list FROM polls ORDER BY poll_id';
    const options = { option_ids: ['a', '', 'b'], option_labels: ['A', 'gone', ''], has_no_list: false };
    const stored = [
      { ...options, topics: [] },
      { ...options, topics: ['x', 'c'] },
    ];
    expect(await run(states)).toEqual(stored);
    expect(await run(states)).toEqual(stored);
  });

  it('without a user, a poll or a time are passed over, and counted', async () => {
    const { warehouse, sql } = await begin(emulator);
    const good = `'ada', 'p', ${at(NOW)}`;
    await sql(
      'CREATE TABLE votes (user_id STRING, poll_id STRING, voted_at TIMESTAMP, option STRING)',
      `INSERT INTO votes (user_id, poll_id, voted_at) VALUES (${good}), ('ada', 'p', NULL), (NULL, 'p', ${at(NOW)})`,
      'CREATE TABLE impressions (user_id STRING, poll_id STRING, seen_at TIMESTAMP, recorded_at TIMESTAMP)',
      `INSERT INTO impressions (user_id, poll_id, seen_at, recorded_at)
       VALUES (${good}, NULL), ('ada', 'p', NULL, ${at(NOW)}), ('ada', NULL, ${at(NOW)}, ${at(NOW)}), ('ada', 'p', NULL, NULL)`,
      'CREATE TABLE polls (poll_id STRING, option_ids ARRAY<STRING>)',
      "INSERT INTO polls (poll_id, option_ids) VALUES (NULL, []), ('p', ['yes'])",
    );
    const passedOver: number[] = [];
    const held = await warehouse.holdSnapshot('popular', runId('r'), {
      onPassedOver: (rows) => passedOver.push(rows),
    });
    expect(held.rows).toMatchObject({ events: 2, polls: 1 });
    expect(passedOver).toEqual([2 + 3 + 1]);
  });

  it('are planned in a dry run, without copying anything', async () => {
    const { warehouse, sql } = await begin(emulator);
    await sql(VOTES, vote('ada', NOW), 'CREATE TABLE polls (poll_id STRING, option_ids ARRAY<STRING>)');
    const snapshot = await warehouse.snapshot();
    const dryRun = await warehouse.dryRun({ snapshot, flow: 'popular', run: runId('r') });
    expect(await dryRun.extraction()).toEqual({ bytes: 0 });
    await dryRun.close();
    expect((await warehouse.snapshot()).rows.events).toBe(0);
  });

  it('stay as a run found them, also when it asks again', async () => {
    const { warehouse, sql } = await begin(emulator);
    await sql(VOTES, vote('ada', NOW));
    const held = await warehouse.holdSnapshot('popular', runId('r'));
    expect(held).toMatchObject({ through: NOW, rows: { events: 1 } });
    await sql(vote('bob', NOW));
    expect(await warehouse.holdSnapshot('popular', runId('r'))).toEqual(held);
    expect((await warehouse.holdSnapshot('popular', runId('s'))).rows.events).toBe(2);
  });
});
