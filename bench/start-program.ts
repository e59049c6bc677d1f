import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { HunchError } from '../src/domain/errors.js';
import type { BenchmarkOptions } from './benchmark.js';
import { WatchedProcess } from './watched-process.js';

/** Starts a program of this folder in a process of its own. Throws INVALID_CONFIGURATION where it is not built. */
export function startProgram(
  name: 'constant-server' | 'load',
  parameters: readonly string[],
  { environment, signal }: Pick<BenchmarkOptions, 'environment' | 'signal'>,
): WatchedProcess {
  signal.throwIfAborted();
  const file = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  if (!existsSync(file)) {
    throw new HunchError('INVALID_CONFIGURATION', 'The benchmarks are not built: run `npm run build` first.');
  }
  return new WatchedProcess(process.execPath, [file, ...parameters], { env: environment, signal });
}
