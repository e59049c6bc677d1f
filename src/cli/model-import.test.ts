import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FakeReplicas } from '../../tests/support/fake-replicas.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import { FileModelStore } from '../datasources/model-store/file-model-store.js';
import { pollId } from '../domain/ids.js';
import { writePopularGraph } from '../models/popular/popular-graph.js';
import { Registry } from '../registry/registry.js';
import { importModel } from './model-import.js';

const folders = tempFolders();

async function setting() {
  const folder = await folders.make();
  const modelStore = await FileModelStore.open({ folder: join(folder, 'models') });
  const registry = new Registry({ modelStore, models: new FakeReplicas(), clock: Date.now, keepVersions: 5 });
  const file = join(folder, 'popular.onnx');
  const entry = (id: string, popularity: number) => ({
    pollId: pollId(id),
    topics: ['food'],
    language: 'en',
    popularity,
    trending: 0,
  });
  await writeFile(file, writePopularGraph({ entries: [entry('p1', 2), entry('p2', 1)] }));
  return { folder, modelStore, registry, file };
}

describe('importModel', () => {
  it('publishes a file as a version of the model that its inputs name', async () => {
    const { registry, modelStore, file } = await setting();
    const { model, version } = await importModel([file], { registry, clock: Date.now });
    expect(model).toBe('POPULAR');
    expect((await registry.read('POPULAR')).versions).toMatchObject([
      {
        version,
        runId: 'import',
        dataThrough: null,
        checksums: { 'popular/model.onnx': expect.any(String) },
      },
    ]);
    const folder = await modelStore.fetchVersion('POPULAR', version);
    const kept = await readFile(join(folder, 'popular', 'model.onnx'));
    expect(kept.equals(await readFile(file))).toBe(true);
    expect(JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'))).toMatchObject({ version });
  });

  it('refuses a file that is no model, and files that make no model together', async () => {
    const { folder, registry, file } = await setting();
    const broken = join(folder, 'broken.onnx');
    await writeFile(broken, 'this is no model');
    const parts = { registry, clock: Date.now };
    await expect(importModel([broken], parts)).rejects.toMatchObject({ code: 'INVALID_MODEL' });
    await expect(importModel([file, broken], parts)).rejects.toMatchObject({ code: 'INVALID_MODEL' });
    expect((await registry.read('POPULAR')).versions).toEqual([]);
  });
});
