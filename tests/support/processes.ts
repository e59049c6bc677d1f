import { join } from 'node:path';
import { afterAll } from 'vitest';
import { WatchedProcess } from '../../bench/watched-process.js';
import { PACKAGE_ROOT } from './package-root.js';

export type ChildProcess = WatchedProcess;

export interface StartOptions {
  /** Added to PATH and HOME: a test's process inherits nothing else from the test runner. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

export interface ChildProcesses {
  start(command: string, parameters: readonly string[], options?: StartOptions): ChildProcess;
  /** `hunch` as this checkout has built it, under the Node.js that runs the tests. */
  hunch(parameters: readonly string[], options?: StartOptions): ChildProcess;
}

/** Call it in the body of a suite: what it starts is killed, with all its children, after the suite's last test. */
export function childProcesses(): ChildProcesses {
  const started: ChildProcess[] = [];
  afterAll(async () => {
    for (const child of started) child.killGroup();
    await Promise.all(started.map((child) => child.exited));
  });
  const start: ChildProcesses['start'] = (command, parameters, { env, cwd = PACKAGE_ROOT } = {}) => {
    const { PATH, HOME } = process.env;
    const child = new WatchedProcess(command, parameters, { cwd, env: { PATH, HOME, ...env } });
    started.push(child);
    return child;
  };
  return {
    start,
    hunch: (parameters, options) =>
      start(process.execPath, [join(PACKAGE_ROOT, 'bin', 'hunch.js'), ...parameters], options),
  };
}
