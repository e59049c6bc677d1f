import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolders } from '../../../tests/support/temp-folder.js';
import { runId } from '../../domain/ids.js';
import { FileRunStore } from './file-run-store.js';
import { runStoreContract } from './run-store.contract.js';

const folders = tempFolders();

runStoreContract('FileRunStore', async () => {
  const folder = await folders.make();
  return { open: () => FileRunStore.open({ folder }) };
});

describe('FileRunStore', () => {
  it('says which file is broken and what to do', async () => {
    const folder = await folders.make();
    const store = await FileRunStore.open({ folder });
    await store.writeDocument('popular', runId('r1'), 'run.json', {});
    await writeFile(join(folder, 'popular', 'r1', 'run.json'), '{"half":');
    await expect(store.readDocument('popular', runId('r1'), 'run.json')).rejects.toMatchObject({
      code: 'INVALID_DATA',
      message: expect.stringContaining('run it again'),
    });
  });
});
