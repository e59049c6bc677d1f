import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { runId } from '../../domain/ids.js';
import type { RunStore } from './run-store.js';

export interface RunStoreSetting {
  /** A store on the same runs as all others of this setting, as another process would open it. */
  open(): Promise<RunStore>;
}

const R1 = runId('20260101T000000Z-a');
const R2 = runId('20260102T000000Z-b');

/** What every run store keeps to. */
export function runStoreContract(name: string, setting: () => Promise<RunStoreSetting>): void {
  describe(`${name} as RunStore`, () => {
    it('gives documents back, to other processes too, and null where there is none', async () => {
      const { open } = await setting();
      const store = await open();
      expect(await store.readDocument('popular', R1, 'run.json')).toBeNull();
      await store.writeDocument('popular', R1, 'run.json', { state: 'RUNNING' });
      await store.writeDocument('popular', R1, 'steps/clean.json', { rows: 3, text: 'läuft' });
      await store.writeDocument('popular', R1, 'run.json', { state: 'FAILED' });
      const other = await open();
      expect(await other.readDocument('popular', R1, 'run.json')).toEqual({ state: 'FAILED' });
      expect(await other.readDocument('popular', R1, 'steps/clean.json')).toEqual({ rows: 3, text: 'läuft' });
      expect(await other.readDocument('personalise', R1, 'run.json')).toBeNull();
      expect(await other.readDocument('popular', R2, 'run.json')).toBeNull();
    });

    it('shows a file once it is committed, not before', async () => {
      const store = await (await setting()).open();
      const file = 'model/popular/model.onnx';
      const staged = await store.stageFile('popular', R1, file);
      await writeFile(staged, 'half');
      await expect(store.fetchFile('popular', R1, file)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await store.commitFile('popular', R1, file, staged);
      expect(await readFile(await store.fetchFile('popular', R1, file), 'utf8')).toBe('half');
      const again = await store.stageFile('popular', R1, file);
      await writeFile(again, 'whole');
      await store.commitFile('popular', R1, file, again);
      expect(await readFile(await store.fetchFile('popular', R1, file), 'utf8')).toBe('whole');
    });

    it('lets two write the same file at once: one of them holds, whole', async () => {
      const store = await (await setting()).open();
      await Promise.all(
        ['a', 'b'].map(async (letter) => {
          const staged = await store.stageFile('popular', R1, 'table.bin');
          await writeFile(staged, letter.repeat(1_000));
          await store.commitFile('popular', R1, 'table.bin', staged);
        }),
      );
      const text = await readFile(await store.fetchFile('popular', R1, 'table.bin'), 'utf8');
      expect(['a'.repeat(1_000), 'b'.repeat(1_000)]).toContain(text);
    });

    it('lists the runs of a flow, newest first, and forgets removed ones', async () => {
      const store = await (await setting()).open();
      expect(await store.list('popular')).toEqual([]);
      await store.writeDocument('popular', R1, 'run.json', {});
      await store.writeDocument('popular', R2, 'run.json', {});
      await store.writeDocument('personalise', R1, 'run.json', {});
      expect(await store.list('popular')).toEqual([R2, R1]);
      await store.remove('popular', R2);
      await store.remove('popular', R2);
      expect(await store.list('popular')).toEqual([R1]);
      expect(await store.readDocument('popular', R2, 'run.json')).toBeNull();
      expect(await store.list('personalise')).toEqual([R1]);
    });

    it('refuses names that lead elsewhere', async () => {
      const store = await (await setting()).open();
      const code = { code: 'BAD_USER_INPUT' };
      await expect(store.readDocument('popular', runId('..'), 'run.json')).rejects.toMatchObject(code);
      await expect(store.writeDocument('popular', R1, '../../x.json', {})).rejects.toMatchObject(code);
      await expect(store.remove('popular', runId(''))).rejects.toMatchObject(code);
      await expect(store.list('a/b')).rejects.toMatchObject(code);
    });
  });
}
