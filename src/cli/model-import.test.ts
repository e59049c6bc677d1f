import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FakeReplicas } from '../../tests/support/fake-replicas.js';
import { tempFolders } from '../../tests/support/temp-folder.js';
import { writeTinyVersion } from '../../tests/support/tiny-model.js';
import { FileModelStore } from '../datasources/model-store/file-model-store.js';
import { pollId } from '../domain/ids.js';
import { OIP_MODEL_NAMES, OPTIONAL_OIP_MODEL_NAMES } from '../domain/model.js';
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
    const missing = importModel([join(folder, 'none.onnx')], parts);
    await expect(missing).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(/^There is no file .*none\.onnx\. Check/),
    });
    await expect(importModel([folder], parts)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(importModel([broken], parts)).rejects.toMatchObject({ code: 'INVALID_MODEL' });
    await expect(importModel([file, broken], parts)).rejects.toMatchObject({ code: 'INVALID_MODEL' });
    expect((await registry.read('POPULAR')).versions).toEqual([]);
  });

  it('takes an onboarding model as part of a personalisation version, and not alone', async () => {
    const { folder, registry, modelStore } = await setting();
    const names = [...OIP_MODEL_NAMES.PERSONALISATION, ...OPTIONAL_OIP_MODEL_NAMES];
    await writeTinyVersion(folder, 'tiny', { polls: 5, offset: 0, names });
    const paths = names.map((name) => join(folder, 'tiny', name, 'model.onnx'));
    const { model, version } = await importModel(paths.toReversed(), { registry, clock: Date.now });
    expect(model).toBe('PERSONALISATION');
    const { versions } = await registry.read('PERSONALISATION');
    expect(Object.keys(versions[0]?.checksums ?? {}).sort()).toEqual(
      names.map((name) => `${name}/model.onnx`).sort(),
    );
    expect(await modelStore.versions('PERSONALISATION')).toEqual([version]);
    await expect(importModel(paths.slice(2), { registry, clock: Date.now })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });
});
