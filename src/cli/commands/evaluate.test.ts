import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CommanderError } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../../tests/support/package-root.js';
import { tempFolders } from '../../../tests/support/temp-folder.js';
import { throwOnWrongUse } from '../program.js';
import { evaluateCommand } from './evaluate.js';

const run = promisify(execFile);
const folders = tempFolders();
const runner = fileURLToPath(new URL('../../../tests/support/run-typescript.mjs', import.meta.url));

let folder: string;
let evaluated: Awaited<ReturnType<typeof evaluate>>;
let report: string;
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
  const files = ['--train', file('train.csv'), '--test', file('test.csv')];
  evaluated = await evaluate(...files, '--split', 'voter', '--json', '--report', file('report.html'));
  report = await readFile(file('report.html'), 'utf8');
}, 60_000);

describe('hunch evaluate', () => {
  it('prints the metrics of a split as one JSON document, says what was left out on stderr, and writes a page', () => {
    expect(evaluated.code).toBe(0);
    expect(JSON.parse(evaluated.stdout)).toMatchObject({
      protocol: 'exposed',
      split: 'voter',
      scoredRows: 240,
      training: { polls: 10, users: 120, votes: 960 },
      groups: { all: { exposedAuc: { mean: 1, users: 120 }, answeredAuc: null } },
    });
    expect(evaluated.stderr).toMatch(/1 rows left out/);
    expect(report).toMatch(/^<!doctype html>[\s\S]*<svg/);
  });

  it('compares two documents user by user', async () => {
    const document = JSON.parse(evaluated.stdout);
    const halved = document.users.ids.map((_: string, user: number) => (user % 2 === 0 ? 0.5 : 1));
    const users = { ...document.users, metrics: { exposedAuc: halved } };
    await writeFile(file('a.json'), evaluated.stdout);
    await writeFile(file('b.json'), JSON.stringify({ ...document, users }));
    const { code, stdout } = await evaluate('--compare', file('a.json'), file('b.json'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/AUC of liking +all +1\.0000 +0\.7500 +\+0\.2500 .* 120\n/);
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

  it('says that a page can not be written before it reads and trains', async () => {
    const page = join(folder, 'none', 'report.html');
    const absent = ['--train', file('absent.csv'), '--test', file('absent.csv')];
    const { code, stderr } = await evaluate(...absent, '--report', page);
    expect(code).toBe(1);
    expect(stderr).toMatch(/BAD_USER_INPUT: .*report\.html can not be written: there is no folder/);
  }, 60_000);

  it.each([
    ['--fold-in without the time split', ['--train', 'a', '--test', 'b', '--fold-in', '3']],
    ['a protocol that there is not', ['--train', 'a', '--test', 'b', '--protocol', 'guess']],
    ['no file to learn from', ['--test', 'b']],
    ['a comparison of one', ['--compare', 'a.json']],
    ['a comparison beside training', ['--compare', 'a.json', 'b.json', '--train', 'a']],
  ])('refuses %s', async (_, flags) => {
    const command = evaluateCommand();
    throwOnWrongUse(command);
    let told = '';
    command.configureOutput({ writeErr: (text) => (told += text) });
    await expect(command.parseAsync(flags, { from: 'user' })).rejects.toThrow(CommanderError);
    expect(told).toMatch(/^error: /);
  });
});
