import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolders } from '../../../tests/support/temp-folder.js';
import { modelVersion } from '../../domain/ids.js';
import type { ModelFile, ModelStore } from './model-store.js';

export interface ModelStoreSetting {
  /** A store on the same models as all others of this setting, as another process would open it. */
  open(): Promise<ModelStore>;
}

const V1 = modelVersion('20260101T000000Z-aaaaaa');
const V2 = modelVersion('20260102T000000Z-bbbbbb');

/** What every model store keeps to. */
export function modelStoreContract(name: string, setting: () => Promise<ModelStoreSetting>): void {
  describe(`${name} as ModelStore`, () => {
    const folders = tempFolders();

    async function files(content: Readonly<Record<string, string>>): Promise<ModelFile[]> {
      const folder = await folders.make();
      return Promise.all(
        Object.entries(content).map(async ([file, text], index) => {
          const sourcePath = join(folder, String(index));
          await writeFile(sourcePath, text);
          return { name: file, sourcePath };
        }),
      );
    }
    const two = () =>
      files({ 'personalisation/model.onnx': 'top', 'personalisation-ranking/model.onnx': 'rank' });

    it('keeps the files of a version under their names', async () => {
      const { open } = await setting();
      await (await open()).putVersion('PERSONALISATION', V1, await two());
      const store = await open();
      const folder = await store.fetchVersion('PERSONALISATION', V1);
      expect(await readFile(join(folder, 'personalisation', 'model.onnx'), 'utf8')).toBe('top');
      expect(await readFile(join(folder, 'personalisation-ranking', 'model.onnx'), 'utf8')).toBe('rank');
      expect((await readdir(folder)).sort()).toEqual(['personalisation', 'personalisation-ranking']);
    });

    it('lists versions in order, by model', async () => {
      const store = await (await setting()).open();
      expect(await store.versions('POPULAR')).toEqual([]);
      await store.putVersion('POPULAR', V2, await files({ 'popular/model.onnx': 'b' }));
      await store.putVersion('POPULAR', V1, await files({ 'popular/model.onnx': 'a' }));
      await store.setCurrent('POPULAR', V1);
      await store.writeRegistry('POPULAR', { champion: V1 }, null);
      expect(await store.versions('POPULAR')).toEqual([V1, V2]);
      expect(await store.versions('PERSONALISATION')).toEqual([]);
    });

    it('takes the same version again, and refuses it with other content', async () => {
      const store = await (await setting()).open();
      await store.putVersion('PERSONALISATION', V1, await two());
      await store.putVersion('PERSONALISATION', V1, await two());
      const less = await files({ 'personalisation/model.onnx': 'top' });
      await expect(store.putVersion('PERSONALISATION', V1, less)).rejects.toMatchObject({ code: 'CONFLICT' });
      const other = await files({
        'personalisation/model.onnx': 'top',
        'personalisation-ranking/model.onnx': 'else',
      });
      await expect(store.putVersion('PERSONALISATION', V1, other)).rejects.toMatchObject({
        code: 'CONFLICT',
      });
      const folder = await store.fetchVersion('PERSONALISATION', V1);
      expect(await readFile(join(folder, 'personalisation-ranking', 'model.onnx'), 'utf8')).toBe('rank');
    });

    it('shows nothing of a version that could not be put whole', async () => {
      const store = await (await setting()).open();
      const broken = [...(await two()), { name: 'model.json', sourcePath: '/there/is/no/such/file' }];
      await expect(store.putVersion('PERSONALISATION', V1, broken)).rejects.toThrow();
      expect(await store.versions('PERSONALISATION')).toEqual([]);
      await expect(store.fetchVersion('PERSONALISATION', V1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('removes a version, and removing twice is no error', async () => {
      const store = await (await setting()).open();
      await store.putVersion('POPULAR', V1, await files({ 'popular/model.onnx': 'a' }));
      await store.removeVersion('POPULAR', V1);
      await store.removeVersion('POPULAR', V1);
      expect(await store.versions('POPULAR')).toEqual([]);
    });

    it('moves the pointer to versions that are there only', async () => {
      const { open } = await setting();
      const store = await open();
      expect(await store.current('POPULAR')).toBeNull();
      await expect(store.setCurrent('POPULAR', V1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await store.putVersion('POPULAR', V1, await files({ 'popular/model.onnx': 'a' }));
      await store.setCurrent('POPULAR', V1);
      expect(await (await open()).current('POPULAR')).toBe(V1);
      expect(await store.current('PERSONALISATION')).toBeNull();
    });

    it('replaces the registry document by compare-and-set', async () => {
      const { open } = await setting();
      const [one, other] = [await open(), await open()];
      expect(await one.readRegistry('POPULAR')).toBeNull();
      expect(await one.writeRegistry('POPULAR', { n: 1 }, null)).toBe(true);
      expect(await other.writeRegistry('POPULAR', { n: 'late' }, null)).toBe(false);
      const read = await other.readRegistry('POPULAR');
      expect(read?.document).toEqual({ n: 1 });
      const token = read?.token ?? '';
      expect(await one.writeRegistry('POPULAR', { n: 2 }, token)).toBe(true);
      expect(await other.writeRegistry('POPULAR', { n: 'late' }, token)).toBe(false);
      expect((await other.readRegistry('POPULAR'))?.document).toEqual({ n: 2 });
      expect(await one.readRegistry('PERSONALISATION')).toBeNull();
    });

    it('refuses a token that is many states old', async () => {
      const store = await (await setting()).open();
      await store.writeRegistry('POPULAR', { n: 0 }, null);
      const old = (await store.readRegistry('POPULAR'))?.token ?? '';
      for (let n = 1; n <= 50; n += 1) {
        const token = (await store.readRegistry('POPULAR'))?.token ?? '';
        expect(await store.writeRegistry('POPULAR', { n }, token)).toBe(true);
      }
      expect(await store.writeRegistry('POPULAR', { n: 'late' }, old)).toBe(false);
      expect(await store.writeRegistry('POPULAR', { n: 'late' }, null)).toBe(false);
      expect((await store.readRegistry('POPULAR'))?.document).toEqual({ n: 50 });
    });

    it('loses no write of many writers at once', async () => {
      const { open } = await setting();
      const writers = await Promise.all(Array.from({ length: 4 }, () => open()));
      await Promise.all(
        writers.map(async (store) => {
          for (let n = 0; n < 10; ) {
            const read = await store.readRegistry('POPULAR');
            const sum = (read?.document as { sum: number } | undefined)?.sum ?? 0;
            if (await store.writeRegistry('POPULAR', { sum: sum + 1 }, read?.token ?? null)) n += 1;
          }
        }),
      );
      expect((await writers[0]?.readRegistry('POPULAR'))?.document).toEqual({ sum: 40 });
    });

    it('refuses names that lead elsewhere', async () => {
      const store = await (await setting()).open();
      const escaping = (await files({ x: 'x' })).map((file) => ({ ...file, name: '../x' }));
      await expect(store.putVersion('POPULAR', V1, escaping)).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
      });
      await expect(store.fetchVersion('POPULAR', modelVersion('../popular'))).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
      });
      await expect(store.putVersion('POPULAR', V1, [])).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    });
  });
}
