import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { childProcesses } from '../../../tests/support/processes.js';
import { tempFolders } from '../../../tests/support/temp-folder.js';

const RUNNER = fileURLToPath(new URL('../../../tests/support/run-typescript.mjs', import.meta.url));
const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

describe('hunch reindex', { timeout: 60_000 }, () => {
  const processes = childProcesses();
  const folders = tempFolders();
  const run = async (parameters: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const command = processes.start(process.execPath, [RUNNER, MAIN, 'reindex', ...parameters], {
      env: { DATA_DIR: await folders.make(), ...env },
    });
    const { code } = await command.exited;
    return { code, stdout: command.stdout, stderr: command.stderr };
  };

  it('is wrong use with embedded features, and for what is no live index', async () => {
    expect(await run(['users'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/FEATURES_URL=lmdb:.* is no Elasticsearch: there is nothing to re-index/),
    });
    expect(await run(['vectors'])).toMatchObject({ code: 2, stderr: expect.stringContaining('users') });
  });

  it('asks to try again where no node answers', async () => {
    const away = await run(['--json'], { FEATURES_URL: 'http://127.0.0.1:1' });
    expect(away).toMatchObject({ code: 75, stdout: '', stderr: expect.stringContaining('UNAVAILABLE') });
  });
});
