import { join } from 'node:path';
import { PACKAGE_ROOT } from './package-root.js';
import type { ChildProcess, ChildProcesses } from './processes.js';

export interface PredictorArguments {
  readonly modelDir: string;
  readonly name: string;
  /** A free one where absent. */
  readonly port?: number;
}

export interface PredictorProcess {
  readonly url: string;
  readonly port: number;
  readonly process: ChildProcess;
}

/** `hunch predictor` as a process of its own, from source; resolves when it says that it is ready. */
export async function startPredictor(
  processes: ChildProcesses,
  { modelDir, name, port = 0 }: PredictorArguments,
): Promise<PredictorProcess> {
  const support = join(PACKAGE_ROOT, 'tests', 'support');
  const child = processes.start(process.execPath, [
    join(support, 'run-typescript.mjs'),
    join(support, 'predictor-program.ts'),
    ...['--model-dir', modelDir, '--name', name, '--port', String(port)],
  ]);
  const [, url = ''] = await child.waitFor(/^READY (\S+) /m);
  return { url, port: Number(new URL(url).port), process: child };
}
