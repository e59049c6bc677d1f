import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pollEvent } from '../../../tests/support/poll-events.js';
import { tempFolders } from '../../../tests/support/temp-folder.js';
import { runId } from '../../domain/ids.js';
import { DuckDbWarehouse } from './duckdb-warehouse.js';

/** So many small files of a day are merged after an append. */
const SMALL_FILES = 48;
const ROWS = 400_000;
const folders = tempFolders();

it('tells of a data file that was damaged, rather than end a stream early', async () => {
  const folder = await folders.make();
  const open = () => DuckDbWarehouse.open({ folder, runsFolder: join(folder, 'runs'), clock: Date.now });
  const warehouse = await open();
  const events = Array.from({ length: ROWS }, (_, place) =>
    pollEvent({ user: `u${place}`, at: place + 1, recordedAt: 1 }),
  );
  await warehouse.append({ events });
  const snapshot = await warehouse.snapshot();
  const day = join(folder, 'events', 'day=1970-01-01');
  const [name = ''] = await readdir(day);
  const bytes = await readFile(join(day, name));
  bytes.fill(0, Math.floor(bytes.length * 0.6), Math.floor(bytes.length * 0.7));
  await writeFile(join(day, name), bytes);
  const session = await warehouse.session({ snapshot, flow: 'personalise', run: runId('damaged') });
  const read = async (): Promise<number> => {
    let rows = 0;
    for await (const batch of session.stream('SELECT event_id, user_id FROM events')) rows += batch.rowCount;
    return rows;
  };
  await expect(read()).rejects.toThrow();
  await session.close();
  await warehouse.close();
}, 60_000);

it('counts rows as added where merging the files afterwards fails, and tells of it at the next compaction', async () => {
  const folder = await folders.make();
  const warehouse = await DuckDbWarehouse.open({
    folder,
    runsFolder: join(folder, 'runs'),
    clock: Date.now,
  });
  const add = (place: number) => warehouse.append({ events: [pollEvent({ at: place, recordedAt: 1 })] });
  for (let place = 1; place < SMALL_FILES; place += 1) await add(place);
  const day = join(folder, 'events', 'day=1970-01-01');
  const [name = ''] = await readdir(day);
  await writeFile(join(day, name), 'no data file');
  expect(await add(SMALL_FILES)).toEqual({ added: 1, known: 0 });
  expect((await warehouse.snapshot()).rows.events).toBe(SMALL_FILES);
  await expect(warehouse.compact()).rejects.toThrow();
  await warehouse.close();
});
