import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolders } from '../../../tests/support/temp-folder.js';
import type { DataFile } from './manifest.js';
import { ManifestLog } from './manifest-log.js';

const folders = tempFolders();

const file = (name: string): DataFile => ({
  table: 'events',
  path: `events/day=2026-11-23/${name}.parquet`,
  rows: 1,
  arrivalBase: 1,
  through: 1,
});
const names = (files: readonly DataFile[]): string[] => files.map(({ path }) => path.split(/[/.]/)[2] ?? '');

describe('ManifestLog', () => {
  it('asks for the change again when another writer came first', async () => {
    const folder = await folders.make();
    const log = await ManifestLog.open(folder, Date.now);
    const other = await ManifestLog.open(folder, Date.now);
    const seen: number[] = [];
    const both = await Promise.all([
      log.commit((_, number) => {
        seen.push(number);
        return { add: [file('a')] };
      }),
      other.commit((_, number) => {
        seen.push(number);
        return { add: [file('b')] };
      }),
    ]);
    expect(both.map((manifest) => manifest?.number).sort()).toEqual([1, 2]);
    expect(seen.toSorted()).toEqual([1, 1, 2]);
    expect(names((await log.latest()).files).sort()).toEqual(['a', 'b']);
    expect((await readdir(folder)).sort()).toEqual(['000000000.json', '000000001.json', '000000002.json']);
  });

  it('makes nothing when the change gives up', async () => {
    const log = await ManifestLog.open(await folders.make(), Date.now);
    expect(await log.commit(() => null)).toBeNull();
    expect((await log.latest()).number).toBe(0);
  });

  it('does not lose what a writer adds that slept while its number was taken and cleaned away', async () => {
    const folder = await folders.make();
    const log = await ManifestLog.open(folder, Date.now);
    const other = await ManifestLog.open(folder, Date.now);
    for (const name of ['a', 'b', 'c']) await log.commit(() => ({ add: [file(name)] }));
    let asked = 0;
    const manifest = await log.commit((_, number) => {
      asked += 1;
      if (asked === 1) {
        expect(number).toBe(4);
        const path = (state: number): string => join(folder, `${String(state).padStart(9, '0')}.json`);
        for (let state = 4; state <= 40; state += 1) {
          const before = readFileSync(path(state - 1), 'utf8');
          writeFileSync(path(state), before.replace(`"number":${state - 1}`, `"number":${state}`));
          if (state <= 25) rmSync(path(state - 1));
        }
        rmSync(path(25));
      }
      return { add: [file('mine')] };
    });
    expect(asked).toBe(2);
    expect(manifest?.number).toBe((await other.latest()).number);
    expect(names((await other.latest()).files)).toContain('mine');
    expect(await readdir(folder)).not.toContain('000000004.json');
  });
});
