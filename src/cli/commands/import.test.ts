import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../../tests/support/eventually.js';
import { importStores, readRejects } from '../../../tests/support/import-stores.js';
import { childProcesses } from '../../../tests/support/processes.js';
import { tempFolders } from '../../../tests/support/temp-folder.js';

const RUNNER = fileURLToPath(new URL('../../../tests/support/run-typescript.mjs', import.meta.url));
const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const POLLS =
  'poll_id,topic_id,author_id,created_at,question,options\np1,food,,2026-01-01,?,agree|disagree|pass\n';

describe('hunch import', { timeout: 60_000 }, () => {
  const processes = childProcesses();
  const folders = tempFolders();
  const stores = importStores();

  async function makeFiles(votes: string) {
    const folder = await folders.make();
    const [polls, file] = [join(folder, 'polls.csv'), join(folder, 'votes.csv')];
    await writeFile(polls, POLLS);
    await writeFile(file, votes);
    const run = (...parameters: string[]) =>
      processes.start(process.execPath, [RUNNER, MAIN, 'import', ...parameters], {
        env: { DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'warn' },
      });
    return { folder, polls, votes: file, run };
  }

  it('prints one JSON document, and keeps bad rows below DATA_DIR', async () => {
    const { folder, polls, votes, run } = await makeFiles(
      'user_id,poll_id,option\nbob,p1,agree\nbob,p2,agree\n',
    );
    const { files, stopped } = JSON.parse(await run('--polls', polls, '--votes', votes, '--json').succeed());
    expect(stopped).toBe(false);
    expect(files).toMatchObject([
      { kind: 'polls', rows: 1, added: 1 },
      { kind: 'votes', rows: 2, added: 1, rejected: 1, reasons: { UNKNOWN_POLL: 1 } },
    ]);
    expect(files[1].rejectsFile).toContain(join(folder, 'data', 'rejects'));
    expect(await readRejects(files[1].rejectsFile)).toMatchObject([{ line: 3, raw: 'bob,p2,agree' }]);
    expect(await run('--votes', votes).succeed()).toMatch(/already there.*Rejected votes, kept in/s);
  });

  it('ends with 2 where no file is named, with 1 and one line where a file is wrong', async () => {
    const { folder, run } = await makeFiles('');
    const unnamed = run();
    expect((await unnamed.exited).code).toBe(2);
    expect(unnamed.stderr).toMatch(/name a file to import, by --topics, --polls/);
    const missing = run('--votes', join(folder, 'none.csv'));
    expect((await missing.exited).code).toBe(1);
    expect(missing.stderr).toMatch(/^hunch: BAD_USER_INPUT: There is no file .*none\.csv\. Check .*\n$/);
  });

  it('stops cleanly at Ctrl-C: what was appended stays', { timeout: 90_000 }, async () => {
    const rows = Array.from({ length: 1_500_000 }, (_, row) => `user-${row},p1,agree\n`).join('');
    const { folder, polls, votes, run } = await makeFiles(`user_id,poll_id,option\n${rows}`);
    const process = run('--polls', polls, '--votes', votes, '--json');
    const { warehouse } = await stores.open(join(folder, 'data'), Date.now);
    await eventually(async () => (await warehouse.snapshot()).rows.events > 0, { deadlineMs: 60_000 });
    process.signal('SIGINT');
    expect((await process.exited).code).toBe(130);
    const summary = JSON.parse(process.stdout);
    expect(summary.stopped).toBe(true);
    expect(summary.files[1].added).toBe((await warehouse.snapshot()).rows.events);
  });
});
