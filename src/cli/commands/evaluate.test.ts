import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../../tests/support/package-root.js';
import { tempFolders } from '../../../tests/support/temp-folder.js';

const run = promisify(execFile);
const folders = tempFolders();
const runner = fileURLToPath(new URL('../../../tests/support/run-typescript.mjs', import.meta.url));

let folder: string;
const file = (name: string): string => join(folder, name);

async function evaluate(...flags: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const parameters = [runner, join(PACKAGE_ROOT, 'src/cli/main.ts'), 'evaluate', ...flags];
  try {
    const { stdout, stderr } = await run(process.execPath, parameters, {
      cwd: PACKAGE_ROOT,
      env: { PATH: process.env.PATH },
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const failed = error as { code: number; stdout: string; stderr: string };
    return { code: failed.code, stdout: failed.stdout, stderr: failed.stderr };
  }
}

/** Two camps that disagree on every poll; users begin at different polls, and the last three of their ten votes are the test. */
beforeAll(async () => {
  folder = await folders.make();
  const lines = (from: number, to: number): string[] =>
    Array.from({ length: 120 }, (_, user) =>
      Array.from({ length: to - from }, (__, at) => {
        const poll = (from + at + user) % 10;
        const option = (poll + Math.floor(user / 10)) % 2 === 0 ? 'agree' : 'disagree';
        return `u${user},"p,${poll}",${option},2026-01-${String(from + at + 1).padStart(2, '0')}T00:00:00Z`;
      }),
    ).flat();
  const csv = (header: string, rows: readonly string[]): string => `${[header, ...rows].join('\n')}\n`;
  await writeFile(file('train.csv'), csv('user_id,poll_id,option,voted_at', [...lines(0, 7), 'broken']));
  await writeFile(file('test.csv'), csv('user_id,poll_id,option,voted_at', lines(7, 10)));
  await writeFile(
    file('asked.csv'),
    csv('user_id,poll_id', ['u1,"p,3"', 'nobody,"p,0"', 'u1,unknown', 'u1,"p,3"']),
  );
});

describe('hunch evaluate', () => {
  it('prints the metrics of a split as one JSON document and says what was left out on stderr', async () => {
    const { code, stdout, stderr } = await evaluate(
      '--train',
      file('train.csv'),
      '--test',
      file('test.csv'),
      '--split',
      'voter',
      '--json',
    );
    expect(code).toBe(0);
    const document: unknown = JSON.parse(stdout);
    expect(document).toMatchObject({
      protocol: 'exposed',
      split: 'voter',
      scoredRows: 240,
      training: { polls: 10, users: 120, votes: 960 },
      groups: { all: { exposedAuc: { mean: 1, users: 120 }, answeredAuc: null } },
    });
    expect(stderr).toMatch(/1 rows left out/);
  }, 60_000);

  it('writes a prediction for each row of a test without options, in their order', async () => {
    const { code, stdout } = await evaluate(
      '--train',
      file('train.csv'),
      '--test',
      file('asked.csv'),
      '--predictions',
      file('out.csv'),
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/predictions only/);
    const rows = (await readFile(file('out.csv'), 'utf8')).trimEnd().split('\n');
    expect(rows[0]).toBe('user_id,poll_id,liking,answer,score');
    expect(rows.slice(1).map((row) => row.split(',').slice(0, -3).join(','))).toEqual([
      'u1,"p,3"',
      'nobody,"p,0"',
      'u1,unknown',
      'u1,"p,3"',
    ]);
    for (const row of rows.slice(1)) {
      for (const value of row.split(',').slice(-3).map(Number)) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }
    }
  }, 60_000);

  it.each([
    ['--fold-in without the time split', ['--fold-in', '3']],
    ['a protocol that there is not', ['--protocol', 'guess']],
  ])(
    'exits with 2 for %s',
    async (_, flags) => {
      const { code, stderr } = await evaluate(
        '--train',
        file('train.csv'),
        '--test',
        file('test.csv'),
        ...flags,
      );
      expect(code).toBe(2);
      expect(stderr).toMatch(/error/);
    },
    60_000,
  );
});
