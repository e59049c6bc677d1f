import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, it } from 'vitest';
import { servicesAreRequired } from './package-root.js';
import { type ChildProcesses, childProcesses } from './processes.js';

const INSTALL_DEADLINE_MS = 10 * 60_000;
/** Versions of Python for which the pinned packages are built. */
const FITS = 'import sys; sys.exit(not (3, 9) <= sys.version_info[:2] <= (3, 12))';

export interface PythonPackages {
  /** Runs a script with the packages; gives what it writes to standard output. Rejects with what it says where it fails. */
  run(script: string, input: string): Promise<string>;
}

const findPython = (): string | undefined =>
  ['python3.11', 'python3.12', 'python3.10', 'python3.9', 'python3'].find(
    (name) => spawnSync(name, ['-c', FITS]).status === 0,
  );

/** A virtual environment for the content of a requirements file: outside the checkout, so that CI installs once. */
async function install(python: string, requirements: string, processes: ChildProcesses): Promise<string> {
  const cache = process.env.HUNCH_CI_CACHE ?? join(homedir(), '.cache', 'hunch-ci');
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = join(cache, 'python', hash);
  const program = join(folder, 'bin', 'python');
  if (existsSync(program)) return program;
  const aside = `${folder}.${process.pid}`;
  await mkdir(join(cache, 'python'), { recursive: true });
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'];
  for (const [command, parameters] of [
    [python, ['-m', 'venv', aside]],
    [join(aside, 'bin', 'python'), [...pip, '--only-binary', ':all:', '--requirement', requirements]],
  ] as const) {
    // The whole environment: how the package index is reached is configured there.
    const child = processes.start(command, parameters, { env: process.env });
    const { code } = await child.exited;
    if (code !== 0)
      throw new Error(`${command} ${parameters.join(' ')} failed\n${child.stdout}\n${child.stderr}`);
  }
  // Made aside and renamed, so that an install that was broken off is never taken for a whole one.
  await rename(aside, folder).catch(async (error) => {
    await rm(aside, { recursive: true, force: true });
    if (!existsSync(program)) throw error;
  });
  return program;
}

/** A suite that needs packages of Python; without Python it is listed as skipped, and fails with REQUIRE_SERVICES=1. */
export function describeWithPythonPackages(
  title: string,
  requirements: string,
  suite: (packages: PythonPackages) => void,
): void {
  describe(title, () => {
    const python = findPython();
    if (python === undefined) {
      it.skipIf(!servicesAreRequired())('wants Python 3.9 to 3.12', () => {
        throw new Error('REQUIRE_SERVICES=1, but there is no Python 3.9 to 3.12 on the PATH');
      });
      return;
    }
    const processes = childProcesses();
    let program = '';
    beforeAll(async () => {
      program = await install(python, requirements, processes);
    }, INSTALL_DEADLINE_MS);
    suite({
      async run(script, input) {
        const { status, stdout, stderr } = spawnSync(program, [script], {
          input,
          encoding: 'utf8',
          maxBuffer: 64 * 1024 * 1024,
        });
        if (status !== 0) throw new Error(`${script} failed\n${stderr}`);
        return stdout;
      },
    });
  });
}
