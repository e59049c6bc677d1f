import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { childProcesses } from '../../../tests/support/processes.js';
import { tempFolders } from '../../../tests/support/temp-folder.js';
import { startFixture } from '../../../tests/support/typescript-process.js';
import { modelVersion } from '../../domain/ids.js';
import { HOUR, SECOND } from '../../domain/time.js';
import { FileModelStore } from './file-model-store.js';
import { modelStoreContract } from './model-store.contract.js';

const folders = tempFolders();

modelStoreContract('FileModelStore', async () => {
  const folder = await folders.make();
  return { open: () => FileModelStore.open({ folder }) };
});

describe('FileModelStore between processes', () => {
  const processes = childProcesses();

  it('has whole versions, a whole pointer and a whole registry after writers were killed at any point', async () => {
    const folder = await folders.make();
    const source = join(await folders.make(), 'model.onnx');
    const content = Buffer.alloc(256 * 1024, 7);
    await writeFile(source, content);
    let promised = 0;
    for (const lines of [1, 2, 4, 7, 11]) {
      const child = startFixture(processes, 'write-models', [folder, source]);
      await child.waitFor(new RegExp(`(DONE .*\\n){${lines}}`));
      child.signal('SIGKILL');
      await child.exited;
      promised = Math.max(
        promised,
        ...[...child.stdout.matchAll(/^DONE (\d+)$/gm)].map(([, n]) => Number(n)),
      );

      const store = await FileModelStore.open({ folder });
      for (const version of await store.versions('POPULAR')) {
        const path = join(await store.fetchVersion('POPULAR', version), 'popular', 'model.onnx');
        expect(content.equals(await readFile(path))).toBe(true);
      }
      const current = await store.current('POPULAR');
      expect(await store.versions('POPULAR')).toContain(current);
      const registry = await store.readRegistry('POPULAR');
      const { count } = z.object({ count: z.number() }).parse(registry?.document);
      expect(count).toBeGreaterThanOrEqual(promised);
    }
  });

  it('sweeps away what killed writers left, once it is an hour old', async () => {
    const folder = await folders.make();
    const source = join(await folders.make(), 'model.onnx');
    await writeFile(source, 'x');
    const store = await FileModelStore.open({ folder });
    const files = [{ name: 'popular/model.onnx', sourcePath: source }];
    await store.putVersion('POPULAR', modelVersion('v1'), files);
    const left = join(folder, 'popular', '.unfinished-000000000000-v2');
    const fresh = join(folder, 'popular', '.unfinished-000000000000-v3');
    await writeFile(left, 'half');
    await writeFile(fresh, 'half');
    const old = (Date.now() - 2 * HOUR) / SECOND;
    await utimes(left, old, old);
    await store.putVersion('POPULAR', modelVersion('v4'), files);
    const names = await readdir(join(folder, 'popular'));
    expect(names).not.toContain('.unfinished-000000000000-v2');
    expect(names).toContain('.unfinished-000000000000-v3');
    expect(await store.versions('POPULAR')).toEqual(['v1', 'v4']);
  });
});
