import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolders } from '../../tests/support/temp-folder.js';
import { ModelLayout } from './model-layout.js';

describe('ModelLayout', () => {
  const folders = tempFolders();
  const tree = async (files: Readonly<Record<string, string>>): Promise<string> => {
    const folder = await folders.make();
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    return folder;
  };
  const both = (version: string): Record<string, string> => ({
    [`${version}personalisation/model.onnx`]: 'a',
    [`${version}personalisation-ranking/model.onnx`]: 'b',
  });
  const layoutOf = (folder: string, names = ['personalisation', 'personalisation-ranking']): ModelLayout =>
    new ModelLayout({ folder, names });

  it('serves the version that the pointer names', async () => {
    const folder = await tree({ ...both('v1/'), ...both('v2/'), current: 'v1\n', 'registry.json': '{}' });
    const layout = layoutOf(folder);
    const current = await layout.current();
    expect(current?.version).toBe('v1');
    expect(current?.files.get('personalisation-ranking')).toBe(
      join(folder, 'v1', 'personalisation-ranking', 'model.onnx'),
    );
    expect(await layout.versions()).toEqual(['v1', 'v2']);
    expect((await layout.find('v2'))?.version).toBe('v2');
    expect(await layout.find('v3')).toBeNull();
  });

  it('takes further files of the same family that a version holds, and notes when one comes', async () => {
    const folder = await tree({ ...both('v1/'), 'v1/popular/model.onnx': 'c' });
    const layout = layoutOf(folder);
    const before = await layout.find('v1');
    expect([...(before?.files.keys() ?? [])]).toEqual(['personalisation', 'personalisation-ranking']);
    const added = join(folder, 'v1', 'personalisation-onboarding', 'model.onnx');
    await mkdir(dirname(added));
    await writeFile(added, 'd');
    const after = await layout.find('v1');
    expect(after?.files.get('personalisation-onboarding')).toBe(added);
    expect(after?.stamp).not.toBe(before?.stamp);
  });

  it('waits for a pointer in a model store, and for the folder itself', async () => {
    expect(await layoutOf(await tree(both('v1/'))).current()).toBeNull();
    expect(await layoutOf(join(await folders.make(), 'later')).current()).toBeNull();
    expect(await layoutOf(await tree({ ...both('v1/'), current: '' })).current()).toBeNull();
  });

  it('finds versions in a folder named as the model, and takes the last without a pointer', async () => {
    const files = { 'demo/2/model.onnx': 'a', 'demo/10/model.onnx': 'b', 'demo/draft/notes.txt': 'c' };
    const folder = await tree(files);
    const layout = layoutOf(folder, ['demo']);
    expect(await layout.versions()).toEqual(['2', '10']);
    expect((await layout.current())?.version).toBe('10');
    await writeFile(join(folder, 'demo', 'current'), '2');
    expect((await layout.current())?.version).toBe('2');
  });

  it('names a bare version by its content', async () => {
    const folder = await tree({ 'model.onnx': 'a' });
    const layout = layoutOf(folder, ['demo']);
    const before = await layout.current();
    expect(before?.version).toMatch(/^sha256-[0-9a-f]{12}$/);
    expect(await layout.versions()).toEqual([before?.version]);
    await writeFile(join(folder, 'model.onnx'), 'other');
    const after = await layout.current();
    expect(after?.version).not.toBe(before?.version);
    expect(after?.stamp).not.toBe(before?.stamp);
    const unit = await layoutOf(await tree(both(''))).current();
    expect([...(unit?.files.keys() ?? [])]).toEqual(['personalisation', 'personalisation-ranking']);
  });

  it('sees a link to another folder of models', async () => {
    const [one, two, links] = [
      await tree({ 'model.onnx': 'a' }),
      await tree({ 'model.onnx': 'b' }),
      await folders.make(),
    ];
    await symlink(one, join(links, 'now'));
    const layout = layoutOf(join(links, 'now'), ['demo']);
    const before = await layout.current();
    await rm(join(links, 'now'));
    await symlink(two, join(links, 'now'));
    expect((await layout.current())?.version).not.toBe(before?.version);
  });

  it('says what is missing from a version', async () => {
    const half = await tree({ 'v1/personalisation/model.onnx': 'a', 'v1/notes.txt': 'b', current: 'v1' });
    await rm(join(half, 'v1', 'personalisation'), { recursive: true });
    await expect(layoutOf(half).current()).rejects.toThrow(
      'Version v1 is not whole: expected personalisation/model.onnx, personalisation-ranking/model.onnx in',
    );
    await expect(layoutOf(await tree({ current: 'v7' })).current()).rejects.toThrow('names version "v7"');
  });

  it.each(['..', '.', '../other', 'a/b', 'a\\b', '', '.hidden', 'nul\0'])(
    'takes no version from outside of its folder: %j',
    async (version) => {
      const folder = await tree({ 'store/v1/model.onnx': 'a', 'other/model.onnx': 'b' });
      expect(await layoutOf(join(folder, 'store'), ['demo']).find(version)).toBeNull();
    },
  );
});
