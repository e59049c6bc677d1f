import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { childProcesses } from '../../../tests/support/processes.js';
import { tempFolders } from '../../../tests/support/temp-folder.js';

const RUNNER = fileURLToPath(new URL('../../../tests/support/run-typescript.mjs', import.meta.url));
const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

describe('hunch flow run --dry-run', { timeout: 60_000 }, () => {
  const processes = childProcesses();
  const folders = tempFolders();

  it('tells what the steps would ask of the warehouse, and begins no run', async () => {
    const data = join(await folders.make(), 'data');
    const run = (...parameters: string[]) =>
      processes
        .start(process.execPath, [RUNNER, MAIN, 'flow', 'run', 'personalise', '--dry-run', ...parameters], {
          env: { DATA_DIR: data },
        })
        .succeed();
    const plan = JSON.parse(await run('--json'));
    expect(plan).toMatchObject({ flow: 'personalise', bytes: null });
    expect(plan.statements).toContainEqual({
      step: 'features',
      statement: 'user_features',
      table: 'user_features',
      bytes: null,
    });
    expect(await run()).toMatch(/^personalise: nothing was run\n.*\ntotal +not told\n/s);
    expect(await readdir(data)).toEqual(['warehouse']);
  });
});
