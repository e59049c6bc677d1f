import { copyFile, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { tempFolders } from '../../tests/support/temp-folder.js';
import { writeParquet } from '../../tests/support/write-parquet.js';
import { openRows } from './open-rows.js';
import type { RowSchema } from './row-reader.js';

const SCHEMA: RowSchema = {
  kind: 'notes',
  required: [['id'], ['note']],
  optional: ['at', 'list'],
  multiLine: [],
};
const folders = tempFolders();

async function makeFile(select: string): Promise<string> {
  const path = join(await folders.make(), 'notes [1].parquet');
  await writeParquet(path, select);
  return path;
}

async function readAll(path: string) {
  const rows: unknown[] = [];
  const bad: string[] = [];
  const raws: string[] = [];
  const reader = await openRows(path, SCHEMA);
  for await (const batch of reader.batches) {
    batch.rows.forEach(({ line, values }, index) => {
      rows.push([line, ...values]);
      raws.push(batch.raw(index));
    });
    for (const { fault } of batch.unreadable) bad.push(fault.reason);
  }
  const progress = reader.progress();
  await reader.close();
  return { columns: reader.columns, rows, bad, raws, progress };
}

describe('Parquet rows', () => {
  it('reads the known columns as values, with numbers of the rows', async () => {
    const path = await makeFile(`
      SELECT 7::BIGINT AS id, 'ä' AS note, 'left out' AS other, TIMESTAMP '2026-01-31 12:30:15.123456' AS at,
        [{'id': 'a', 'label': 'A'}] AS list
      UNION ALL BY NAME SELECT NULL AS id, NULL AS note`);
    const { columns, rows, raws, progress } = await readAll(path);
    expect(columns).toEqual(['id', 'note', 'at', 'list']);
    expect(rows).toEqual([
      [1, 7n, 'ä', new Date('2026-01-31T12:30:15.123Z'), [{ id: 'a', label: 'A' }]],
      [2, null, null, null, null],
    ]);
    expect(JSON.parse(raws[0] ?? '')).toEqual({
      id: '7',
      note: 'ä',
      at: '2026-01-31T12:30:15.123Z',
      list: [{ id: 'a', label: 'A' }],
    });
    expect(progress).toBe(1);
  });

  it('reads a gzipped file', async () => {
    const path = await makeFile(`SELECT 'a' AS id, 'b' AS note`);
    const packed = `${path}.gz`;
    await writeFile(packed, gzipSync(await readFile(path)));
    expect((await readAll(packed)).rows).toEqual([[1, 'a', 'b']]);
  });

  it('says what is wrong with a file that is no Parquet, breaks off or lacks a column', async () => {
    const path = await makeFile(`SELECT 'a' AS id, 'b' AS text`);
    await expect(openRows(path, SCHEMA)).rejects.toThrow(/missing: note; found: id, text/);
    const packed = join(await folders.make(), 'cut.parquet.gz');
    await writeFile(packed, gzipSync(await readFile(path)).subarray(0, -20));
    await expect(openRows(packed, SCHEMA)).rejects.toThrow(/is damaged/);
    await truncate(path, (await stat(path)).size - 20);
    await expect(openRows(path, SCHEMA)).rejects.toThrow(/can not be read as Parquet/);
    const text = join(await folders.make(), 'text.parquet');
    await copyFile(new URL(import.meta.url), text);
    await expect(openRows(text, SCHEMA)).rejects.toThrow(/can not be read as Parquet/);
  });

  it('gives the rows before damage within the file', async () => {
    const path = await makeFile(`SELECT i::VARCHAR AS id, md5(i::VARCHAR) AS note FROM range(400000) t(i)`);
    const bytes = await readFile(path);
    bytes.fill(0xff, Math.floor(bytes.length * 0.7), Math.floor(bytes.length * 0.7) + 4_096);
    await writeFile(path, bytes);
    const { rows, bad } = await readAll(path);
    expect(bad).toEqual(['CORRUPT_FILE']);
    expect(rows.length).toBeGreaterThan(100_000);
    expect(rows[99_999]).toEqual([100_000, '99999', expect.any(String)]);
  });

  it('says that the file is damaged where a text in it is not UTF-8', async () => {
    const path = await makeFile(`SELECT 'mark-' || i AS id, 'b' AS note FROM range(10) t(i)`);
    const bytes = await readFile(path);
    bytes[bytes.indexOf('mark-7')] = 0xff;
    await writeFile(path, bytes);
    expect((await readAll(path)).bad).toEqual(['CORRUPT_FILE']);
  });
});
