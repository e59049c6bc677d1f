import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { HunchError } from '../../domain/errors.js';
import { MODEL_FOLDERS, MODEL_NAMES, type ModelName } from '../../domain/model.js';
import type { Log } from '../../platform/log.js';
import { packageRoot } from '../../platform/package-root.js';
import type { LocalReplicas } from './local-predictors.js';

const FIRST_RESTART_DELAY_MS = 100;
const LONGEST_RESTART_DELAY_MS = 10_000;

export interface PredictorProcessesOptions {
  /** The folder with a sub-folder a model. */
  readonly modelFolder: string;
  readonly log: Log;
  /** Told whenever one has become ready. */
  readonly onChange: (replicas: LocalReplicas) => void;
}

/** One predictor process a model, on free ports of this machine; one that dies is started again on its port. */
export class PredictorProcesses {
  readonly #options: PredictorProcessesOptions;
  readonly #children = new Map<ModelName, ChildProcess>();
  readonly #urls = new Map<ModelName, string>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #stopped = false;

  constructor(options: PredictorProcessesOptions) {
    this.#options = options;
  }

  /** Resolves when every predictor is ready. Rejects where one ends before. */
  async start(): Promise<void> {
    await Promise.all(MODEL_NAMES.map((model) => this.#launch(model, 0)));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all(
      [...this.#children.values()].map(
        (child) =>
          new Promise<void>((resolve) => {
            if (child.exitCode !== null || child.signalCode !== null) return resolve();
            child.once('exit', () => resolve());
            child.kill('SIGTERM');
          }),
      ),
    );
  }

  #launch(model: ModelName, restarts: number): Promise<void> {
    const folder = MODEL_FOLDERS[model];
    // The port stays the same over restarts, so that a client's pool reconnects by itself.
    const port = new URL(this.#urls.get(model) ?? 'http://127.0.0.1:0').port || '0';
    const child = fork(
      join(packageRoot(), 'bin', 'hunch.js'),
      ['predictor', '--model-dir', join(this.#options.modelFolder, folder), '--name', folder, '--port', port],
      {
        stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
        env: { ...process.env, LOG_LEVEL: this.#options.log.level },
      },
    );
    this.#children.set(model, child);
    const startedAt = performance.now();
    return new Promise<void>((resolve, reject) => {
      let ready = false;
      if (child.stdout !== null) {
        createInterface({ input: child.stdout }).on('line', (line) => {
          const url = /^READY (\S+)/.exec(line)?.[1];
          if (url === undefined) return;
          ready = true;
          this.#urls.set(model, url);
          this.#tell();
          resolve();
        });
      }
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        if (this.#stopped) return resolve();
        this.#options.log.warn({ model, code, signal }, 'a predictor ended; starting it again');
        if (!ready && restarts === 0) {
          reject(
            new HunchError(
              'UNAVAILABLE',
              `The predictor of ${folder} ended before it was ready; see its log above`,
            ),
          );
          return;
        }
        const lived = performance.now() - startedAt;
        const next = lived > LONGEST_RESTART_DELAY_MS ? 1 : restarts + 1;
        const delay = Math.min(LONGEST_RESTART_DELAY_MS, FIRST_RESTART_DELAY_MS * 2 ** (next - 1));
        const timer = setTimeout(() => {
          this.#timers.delete(timer);
          if (!this.#stopped)
            this.#launch(model, next).catch((error: unknown) =>
              this.#options.log.error({ err: error }, 'predictor'),
            );
        }, delay);
        this.#timers.add(timer);
      });
    });
  }

  #tell(): void {
    const replicas = (model: ModelName): LocalReplicas[ModelName] => {
      const url = this.#urls.get(model);
      const pid = this.#children.get(model)?.pid;
      return url === undefined || pid === undefined ? [] : [{ url, pid }];
    };
    this.#options.onChange({ PERSONALISATION: replicas('PERSONALISATION'), POPULAR: replicas('POPULAR') });
  }
}
