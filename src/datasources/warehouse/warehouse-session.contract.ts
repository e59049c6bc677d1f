import { describe, expect, it, onTestFinished } from 'vitest';
import { pollEvent } from '../../../tests/support/poll-events.js';
import { type WarehouseSetting, warehouseBench } from '../../../tests/support/warehouse-bench.js';
import { runId } from '../../domain/ids.js';

/** What every warehouse keeps to when statements are run on it. */
export function warehouseSessionContract(name: string, setting: () => Promise<WarehouseSetting>): void {
  describe(`${name} as WarehouseSession`, () => {
    const begin = warehouseBench(setting);

    it('keeps the tables of a run, for other sessions and warehouses too, and makes each once', async () => {
      const { warehouse, other, read } = await begin();
      await warehouse.append({ events: [pollEvent({ id: 'a' }), pollEvent({ id: 'b', at: 2 })] });
      const session = await read();
      const early = await read({}, await other());
      const all = 'SELECT event_id FROM events';
      expect(await session.materialise('kept', all)).toEqual({ table: 'kept', rows: 2 });
      expect(await session.materialise('kept', 'SELECT no_such_column FROM events')).toEqual({
        table: 'kept',
        rows: 2,
      });
      expect(await early.all('SELECT COUNT(*) AS n FROM kept')).toEqual([{ n: 2 }]);
      await early.materialise('kept_too', 'SELECT event_id FROM kept WHERE event_id = @id', { id: 'b' });
      expect(await session.all('SELECT * FROM kept_too')).toEqual([{ event_id: 'b' }]);
      const elsewhere = await read({ run: runId('other') });
      await expect(elsewhere.all('SELECT * FROM kept')).rejects.toThrow(/kept/);
      await warehouse.removeRun('flow', runId('run'));
      const later = await read();
      await expect(later.all('SELECT * FROM kept')).rejects.toThrow(/kept/);
      expect(await later.materialise('kept', `${all} WHERE FALSE`)).toEqual({ table: 'kept', rows: 0 });
    });

    it('keeps no table of a statement that failed', async () => {
      const { read } = await begin();
      const session = await read();
      await expect(session.materialise('kept', 'SELECT nothing FROM nowhere')).rejects.toThrow(/nowhere/);
      expect(await session.materialise('kept', 'SELECT 1 AS one')).toEqual({ table: 'kept', rows: 1 });
    });

    it('refuses names that would leave their place', async () => {
      const { warehouse, read } = await begin();
      const session = await read();
      for (const table of ['events', '../x', 'a b', 'Kept', '']) {
        await expect(session.materialise(table, 'SELECT 1 AS one')).rejects.toMatchObject({
          code: 'BAD_USER_INPUT',
        });
      }
      await expect(read({ run: runId('../../x') })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
      await expect(warehouse.removeRun('..', runId('x'))).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    });

    it('takes parameters of every kind by name, and never as part of the statement', async () => {
      const { read } = await begin();
      const session = await read();
      const rows = await session.all(
        `SELECT @text AS text, @whole + 1 AS whole, @half * 2 AS half, @yes AS yes, @big AS big, @none IS NULL AS none,
           'a@elsewhere' AS verbatim, @text IN UNNEST(@texts) AS known -- @comment`,
        {
          text: "'; DROP TABLE x --",
          whole: 41,
          half: 0.25,
          yes: true,
          big: 2n ** 60n,
          none: null,
          texts: ['x', "'; DROP TABLE x --"],
          unused: 1,
        },
      );
      expect(rows).toEqual([
        {
          text: "'; DROP TABLE x --",
          whole: 42,
          half: 0.5,
          yes: true,
          big: 2n ** 60n,
          none: true,
          verbatim: 'a@elsewhere',
          known: true,
        },
      ]);
      expect(await session.all('SELECT COUNT(*) AS n FROM UNNEST(@items) AS item', { items: [] })).toEqual([
        { n: 0 },
      ]);
      await expect(session.all('SELECT @missing AS x')).rejects.toThrow(/@missing/);
    });

    it('streams a large result in batches, by column, and lets go when the reader does', async () => {
      const { read } = await begin();
      const session = await read();
      const many =
        'SELECT n, TIMESTAMP_MILLIS(n) AS at, [CAST(n AS STRING)] AS names FROM UNNEST(GENERATE_ARRAY(1, 50000)) AS n ORDER BY n';
      let rows = 0;
      for await (const batch of session.stream(many)) {
        expect(batch.column('n')[0]).toBe(rows + 1);
        expect(batch.column('at')[0]).toBe(rows + 1);
        expect(batch.column('names')[0]).toEqual([String(rows + 1)]);
        expect(() => batch.column('other')).toThrow(/other/);
        expect(batch.column('n')).toHaveLength(batch.rowCount);
        rows += batch.rowCount;
      }
      expect(rows).toBe(50_000);
      for await (const _ of session.stream(many)) break;
      expect(await session.all('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    });

    it('stops a stream when asked to, with the reason', async () => {
      const { read } = await begin();
      const session = await read();
      const controller = new AbortController();
      const reading = (async () => {
        for await (const batch of session.stream(
          'SELECT n FROM UNNEST(GENERATE_ARRAY(1, 100000)) AS n',
          {},
          controller.signal,
        )) {
          if (batch.rowCount > 0) controller.abort(new Error('enough'));
        }
      })();
      await expect(reading).rejects.toThrow('enough');
      const late = session.stream('SELECT 1 AS one', {}, controller.signal)[Symbol.asyncIterator]();
      await expect(late.next()).rejects.toThrow('enough');
    });

    it('stops a stream that has hardly begun', async () => {
      const { read } = await begin();
      const session = await read();
      const controller = new AbortController();
      const numbers = 'SELECT x FROM UNNEST(GENERATE_ARRAY(1, 100000)) AS x';
      const pending = session.stream(numbers, {}, controller.signal)[Symbol.asyncIterator]().next();
      controller.abort(new Error('enough'));
      await expect(pending).rejects.toThrow('enough');
    });

    it('checks statements in a dry run, one after the other, and leaves nothing behind', async () => {
      const { warehouse, read } = await begin();
      await warehouse.append({ events: [pollEvent({ id: 'a' })] });
      const snapshot = await warehouse.snapshot();
      const dryRun = await warehouse.dryRun({ snapshot, flow: 'flow', run: runId('run') });
      onTestFinished(() => dryRun.close());
      const bytes = expect.toSatisfy((value) => value === null || Number.isSafeInteger(value));
      expect(await dryRun.extraction()).toEqual({ bytes });
      const made = `WITH chosen AS (SELECT event_id, [user_id] AS users FROM events WHERE event_id <> @id)
        SELECT event_id, users, 1 AS one, 0.5 AS half, TIMESTAMP_MILLIS(7) AS at FROM chosen`;
      expect(await dryRun.materialise('kept', made, { id: 'b' })).toEqual({ bytes });
      const next =
        'SELECT event_id, one + half AS sum FROM kept CROSS JOIN UNNEST(users) AS u WHERE u <> @id';
      expect(await dryRun.materialise('kept_too', next, { id: 'b' })).toEqual({ bytes });
      expect(await dryRun.query('SELECT COUNT(*) AS n, SUM(sum) AS s FROM kept_too')).toEqual({ bytes });
      await expect(dryRun.query('SELECT no_such_column FROM kept')).rejects.toThrow(/no_such_column/);
      await expect(dryRun.materialise('x', 'SELECT 1 AS one FROM nowhere')).rejects.toThrow(/nowhere/);
      await expect(dryRun.query('SELECT @missing AS x')).rejects.toThrow(/@missing/);
      await expect(dryRun.materialise('events', made, { id: 'b' })).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
      });
      const session = await read();
      await expect(session.all('SELECT * FROM kept')).rejects.toThrow(/kept/);
    });

    it('tells the bytes that its statements read, or that nobody bills them', async () => {
      const { read } = await begin();
      const session = await read();
      await session.all('SELECT COUNT(*) AS n FROM events');
      const bytes = session.bytesProcessed();
      expect(bytes === null || bytes >= 0).toBe(true);
    });

    it('knows the functions that the statements are written with', async () => {
      const { read } = await begin();
      const session = await read();
      const [row] = await session.all(
        `
        SELECT COUNTIF(x > 1) AS none, COUNT(*) AS rows_of_none, MAX(x) AS no_maximum FROM UNNEST(@numbers) AS x WHERE x > 9`,
        {
          numbers: [1],
        },
      );
      expect(row).toEqual({ none: 0, rows_of_none: 0, no_maximum: null });
      const [values] = await session.all(
        `
        SELECT COUNTIF(x > 1) AS some, LOGICAL_OR(x > 2) AS any_above, MAX_BY(x, -x) AS least, SUM(x) / COUNT(*) AS mean,
          SAFE_DIVIDE(1, 0) AS nothing, POW(0.5, 2) AS power, CAST(1 AS FLOAT64) AS float, CAST('7' AS INT64) AS whole,
          UNIX_MILLIS(TIMESTAMP_MILLIS(1234567890123)) AS time, MOD(FARM_FINGERPRINT('a'), 1) AS hash,
          CAST(TRUE AS BOOL) AS yes, CONCAT('a', CAST(1 AS STRING)) AS text, ARRAY_AGG(x ORDER BY x DESC) AS list
        FROM UNNEST(@numbers) AS x`,
        { numbers: [1, 2] },
      );
      expect(values).toEqual({
        some: 1,
        any_above: false,
        least: 1,
        mean: 1.5,
        nothing: null,
        power: 0.25,
        float: 1,
        whole: 7,
        time: 1_234_567_890_123,
        hash: 0,
        yes: true,
        text: 'a1',
        list: [2, 1],
      });
    });
  });
}
