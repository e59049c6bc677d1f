import { fileURLToPath } from 'node:url';
import { PACKAGE_ROOT } from './package-root.js';
import type { ChildProcess, ChildProcesses } from './processes.js';

const RUNNER = fileURLToPath(new URL('./run-typescript.mjs', import.meta.url));

/** The command that runs `tests/fixtures/NAME.ts` in a process of its own, without a build. */
export const fixtureCommand = (name: string): readonly [string, ...string[]] => [
  process.execPath,
  RUNNER,
  `${PACKAGE_ROOT}tests/fixtures/${name}.ts`,
];

/** Starts `tests/fixtures/NAME.ts`. */
export function startFixture(
  processes: ChildProcesses,
  name: string,
  parameters: readonly string[],
): ChildProcess {
  const [command, ...rest] = fixtureCommand(name);
  return processes.start(command, [...rest, ...parameters]);
}
