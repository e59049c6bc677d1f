import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../../../tests/support/eventually.js';
import { pollEvent } from '../../../tests/support/poll-events.js';
import { childProcesses } from '../../../tests/support/processes.js';
import { tempFolders } from '../../../tests/support/temp-folder.js';
import { startFixture } from '../../../tests/support/typescript-process.js';
import type { WarehouseSetting } from '../../../tests/support/warehouse-bench.js';
import { runId } from '../../domain/ids.js';
import { DAY, HOUR, type Millis } from '../../domain/time.js';
import { DuckDbWarehouse } from './duckdb-warehouse.js';
import { warehouseContract } from './warehouse.contract.js';
import { warehouseSessionContract } from './warehouse-session.contract.js';

const folders = tempFolders();

async function setting(): Promise<WarehouseSetting> {
  const folder = await folders.make();
  let now = Date.now();
  return {
    open: () =>
      DuckDbWarehouse.open({ folder: join(folder, 'w'), runsFolder: join(folder, 'r'), clock: () => now }),
    pass: (time) => {
      now += time;
    },
  };
}
warehouseContract('DuckDbWarehouse', setting);
warehouseSessionContract('DuckDbWarehouse', setting);

async function openIn(folder: string, clock: () => Millis = Date.now): Promise<DuckDbWarehouse> {
  const warehouse = await DuckDbWarehouse.open({ folder, runsFolder: `${folder}-runs`, clock });
  onTestFinished(() => warehouse.close());
  return warehouse;
}

const dataFiles = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.parquet')).sort();

async function eventIds(warehouse: DuckDbWarehouse): Promise<unknown[]> {
  const session = await warehouse.session({
    snapshot: await warehouse.snapshot(),
    flow: 'f',
    run: runId('r'),
  });
  const rows = await session.all('SELECT event_id FROM events ORDER BY arrival');
  await session.close();
  return rows.map((row) => row.event_id);
}

describe('the files of DuckDbWarehouse', () => {
  it('are one a batch and day of recording, few after merging, and deleted an hour later', async () => {
    const folder = await folders.make();
    let now = Date.now();
    const warehouse = await openIn(folder, () => now);
    await warehouse.append({ events: [pollEvent({ at: 1 }), pollEvent({ at: 2 }), pollEvent({ at: DAY })] });
    await warehouse.append({ events: [pollEvent({ at: 3 })] });
    const first = await dataFiles(folder);
    expect(first.map((name) => name.split('/').slice(0, 2).join('/'))).toEqual([
      'events/day=1970-01-01',
      'events/day=1970-01-01',
      'events/day=1970-01-02',
    ]);
    await warehouse.compact();
    expect(await dataFiles(folder)).toHaveLength(4);
    now += HOUR;
    await warehouse.compact();
    expect(await dataFiles(folder)).toHaveLength(2);
    expect(await eventIds(warehouse)).toHaveLength(4);
  });

  it('stay few while small batches come all day, and so do the manifests after an hour', async () => {
    const folder = await folders.make();
    let now = Date.now();
    const warehouse = await openIn(folder, () => now);
    for (let place = 1; place <= 60; place += 1)
      await warehouse.append({ events: [pollEvent({ at: place })] });
    expect((await warehouse.snapshot()).rows.events).toBe(60);
    // The first 48 were merged on the way, which leaves 13; these are merged now and wait for their deletion.
    now += HOUR + 1;
    await warehouse.compact();
    expect(await dataFiles(folder)).toHaveLength(13 + 1);
    expect((await readdir(join(folder, 'manifests'))).length).toBeLessThanOrEqual(18);
    now += HOUR + 1;
    await warehouse.compact();
    expect(await dataFiles(folder)).toHaveLength(1);
  });

  it('are not replaced by a merge that was stopped for half an hour, whose file may be deleted', async () => {
    const folder = await folders.make();
    let now = Date.now();
    let passes = 0;
    const warehouse = await openIn(folder, () => {
      now += passes;
      return now;
    });
    await warehouse.append({ events: [pollEvent({ id: 'a', at: 1 })] });
    await warehouse.append({ events: [pollEvent({ id: 'b', at: 2 })] });
    const before = await dataFiles(folder);
    passes = HOUR;
    await warehouse.compact();
    passes = 0;
    expect(await dataFiles(folder)).toEqual(before);
    await warehouse.compact();
    expect(await dataFiles(folder)).toHaveLength(3);
    expect(await eventIds(warehouse)).toEqual(['a', 'b']);
  });

  it('left by a writer that was killed are passed over, and deleted after an hour', async () => {
    const folder = await folders.make();
    const now = Date.now();
    const warehouse = await openIn(folder, () => now);
    await warehouse.append({ events: [pollEvent({ id: 'kept', at: 1 })] });
    const day = join(folder, 'events', 'day=1970-01-01');
    await writeFile(join(day, 'orphan.parquet'), 'half a file');
    await writeFile(join(day, 'recent.parquet'), 'half a file');
    await mkdir(join(folder, 'spill', 'gone'), { recursive: true });
    const old = (now - 25 * HOUR) / 1_000;
    await utimes(join(day, 'orphan.parquet'), old, old);
    await utimes(join(folder, 'spill', 'gone'), old, old);
    await warehouse.compact();
    const names = await dataFiles(folder);
    expect(names.some((name) => name.endsWith('recent.parquet'))).toBe(true);
    expect(names.some((name) => name.endsWith('orphan.parquet'))).toBe(false);
    expect(await readdir(join(folder, 'spill'))).not.toContain('gone');
    expect(await eventIds(warehouse)).toEqual(['kept']);
  });

  it('may lie in a folder whose name holds what is special elsewhere', async () => {
    const folder = join(await folders.make(), "we[ir]d*' f?lder");
    const warehouse = await openIn(folder);
    await warehouse.append({ events: [pollEvent({ id: 'a' })] });
    await warehouse.append({ events: [pollEvent({ id: 'b' })] });
    await warehouse.compact();
    expect(await eventIds(warehouse)).toEqual(['a', 'b']);
  });

  it('say what is wrong when manifests are damaged or gone', async () => {
    const folder = await folders.make();
    const warehouse = await openIn(folder);
    await writeFile(join(folder, 'manifests', '000000007.json'), '{"format":2}');
    await expect(warehouse.snapshot()).rejects.toMatchObject({ code: 'INVALID_DATA' });
    await rm(join(folder, 'manifests'), { recursive: true });
    await expect(warehouse.ping()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

describe('the snapshots of DuckDbWarehouse', () => {
  it('are forgotten an hour after they were replaced, not before', async () => {
    let now = Date.now();
    const warehouse = await openIn(await folders.make(), () => now);
    for (let place = 0; place < 40; place += 1)
      await warehouse.append({ events: [pollEvent({ at: 1 + place })] });
    const { id } = await warehouse.snapshot();
    await warehouse.compact();
    now += HOUR - 1;
    await warehouse.compact();
    expect((await warehouse.openSnapshot(id)).rows.events).toBe(40);
    now += 2;
    await warehouse.compact();
    await expect(warehouse.openSnapshot(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await eventIds(warehouse)).toHaveLength(40);
  });

  it('stay while a run holds them, for a week at most', async () => {
    let now = Date.now();
    const warehouse = await openIn(await folders.make(), () => now);
    await warehouse.append({ events: [pollEvent({ at: 1 })] });
    await warehouse.append({ events: [pollEvent({ at: 2 })] });
    const snapshot = await warehouse.holdSnapshot('flow', runId('long'));
    await warehouse.holdSnapshot('flow', runId('forgotten'));
    const later = async (hours: number): Promise<void> => {
      // Two rounds: what the first one replaces, the second one deletes.
      for (let round = 0; round < 2; round += 1) {
        await warehouse.append({ events: [pollEvent({ at: 3 })] });
        await warehouse.compact();
        now += hours * HOUR;
      }
      await warehouse.compact();
    };
    await warehouse.removeRun('flow', runId('long'));
    await later(2);
    // The other run still holds the same state.
    expect(await warehouse.openSnapshot(snapshot.id)).toEqual(snapshot);
    await later(5 * 24);
    await expect(warehouse.openSnapshot(snapshot.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const session = warehouse.session({ snapshot, flow: 'flow', run: runId('forgotten') });
    await expect(session).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a session of DuckDbWarehouse', () => {
  it('stops a stream while a piece of it is being made', async () => {
    const warehouse = await openIn(await folders.make());
    const snapshot = await warehouse.snapshot();
    const session = await warehouse.session({ snapshot, flow: 'f', run: runId('r') });
    onTestFinished(() => session.close());
    const controller = new AbortController();
    // Minutes of work for one row.
    const product = `SELECT SUM(MOD(a * b, 7)) AS x FROM UNNEST(GENERATE_ARRAY(1, 1000000)) AS a
      CROSS JOIN UNNEST(GENERATE_ARRAY(1, 1000000)) AS b`;
    const before = process.cpuUsage();
    const pending = session.stream(product, {}, controller.signal)[Symbol.asyncIterator]().next();
    const outcome = expect(pending).rejects.toThrow('enough');
    await eventually(() => process.cpuUsage(before).user > 500_000);
    controller.abort(new Error('enough'));
    await outcome;
    expect(await session.all('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('names the setting to raise when the memory does not suffice', async () => {
    const warehouse = await openIn(await folders.make());
    const snapshot = await warehouse.snapshot();
    const session = await warehouse.session({
      snapshot,
      flow: 'f',
      run: runId('r'),
      threads: 1,
      memoryMb: 16,
    });
    onTestFinished(() => session.close());
    const huge =
      "SELECT ARRAY_AGG(CONCAT('a long text to fill the memory with ', CAST(n AS STRING))) AS x FROM UNNEST(GENERATE_ARRAY(1, 1000000)) AS n";
    await expect(session.all(huge)).rejects.toMatchObject({
      code: 'FLOW_FAILED',
      message: expect.stringContaining('STEP_MEMORY_MB'),
    });
  });

  it('rejects what still runs when it is closed', async () => {
    const warehouse = await openIn(await folders.make());
    const snapshot = await warehouse.snapshot();
    const session = await warehouse.session({ snapshot, flow: 'f', run: runId('r') });
    await session.close();
    await session.close();
    await expect(session.all('SELECT 1 AS one')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryable: false,
    });
  });
});

describe('DuckDbWarehouse between processes', () => {
  const processes = childProcesses();

  it('keeps all that two processes add at once, one of them merging', async () => {
    const folder = await folders.make();
    const children = ['a', 'b'].map((prefix) =>
      startFixture(processes, 'append-events', [folder, prefix, '40']),
    );
    await Promise.all(children.map((child) => child.waitFor(/DONE/)));
    const warehouse = await openIn(folder);
    const found = await eventIds(warehouse);
    const expected = ['a', 'b'].flatMap((prefix) =>
      Array.from({ length: 40 }, (_, place) => `${prefix}${place}`),
    );
    expect(found.toSorted()).toEqual(expected.sort());
    for (const prefix of ['a', 'b']) {
      const own = found.filter((id) => String(id).startsWith(prefix));
      expect(own).toEqual(Array.from({ length: 40 }, (_, place) => `${prefix}${place}`));
    }
  }, 60_000);

  it('has all that a process said to have added before it was killed', async () => {
    const folder = await folders.make();
    const child = startFixture(processes, 'append-events', [folder, 'k', '100000']);
    await child.waitFor(/ADDED 12\n/);
    child.signal('SIGKILL');
    await child.exited;
    const warehouse = await openIn(folder);
    await warehouse.append({ events: [pollEvent({ id: 'after' })] });
    await warehouse.compact();
    const found = await eventIds(warehouse);
    expect(found.at(-1)).toBe('after');
    expect(found.slice(0, 13)).toEqual(Array.from({ length: 13 }, (_, place) => `k${place}`));
  }, 60_000);
});
