import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MODEL_FOLDERS, MODEL_NAMES, type ModelName } from '../src/domain/model.js';
import { packageRoot } from '../src/platform/package-root.js';
import type { BenchmarkOptions } from './benchmark.js';
import { WatchedProcess } from './watched-process.js';

const READY = /^READY (\S+)/m;
const PREPARATION_DEADLINE_MS = 10 * 60_000;

/** Real votes beside the checkout, on machines that have them. */
const realVotes = (): { readonly polls: string; readonly votes: string } | null => {
  const folder = join(packageRoot(), '..', 'shared', 'data', 'polls', 'dev');
  const files = { polls: join(folder, 'polls.csv.gz'), votes: join(folder, 'votes.csv.gz') };
  return existsSync(files.polls) && existsSync(files.votes) ? files : null;
};

/** This service, as its own processes on one folder of data. */
export class HunchService {
  readonly #options: BenchmarkOptions;
  readonly #environment: Record<string, string | undefined>;
  readonly #running = new Set<WatchedProcess>();

  constructor(options: BenchmarkOptions) {
    this.#options = options;
    this.#environment = {
      ...options.environment,
      DATA_DIR: join(options.folder, 'data'),
      HOST: '127.0.0.1',
      PORT: '0',
    };
  }

  /** Makes and trains the sample data. */
  async prepareSample(): Promise<void> {
    this.#options.progress('making the sample data and training on it');
    const up = this.#start(['up', '--no-schedule']);
    await up.waitFor(READY, PREPARATION_DEADLINE_MS);
    await up.stop();
  }

  /** Imports the real votes and trains on them; where there are none, the sample. Gives which it was. */
  async prepareRealVotes(): Promise<'dev votes' | 'sample'> {
    const files = realVotes();
    if (files === null) {
      await this.prepareSample();
      return 'sample';
    }
    this.#options.progress('importing the dev votes');
    await this.#start(['import', '--polls', files.polls, '--votes', files.votes]).succeed();
    for (const flow of ['personalise', 'popular']) {
      this.#options.progress(`training: flow ${flow}`);
      await this.#start(['flow', 'run', flow]).succeed();
    }
    return 'dev votes';
  }

  /** Starts one predictor a model; what is started after them asks them. */
  async startPredictors(): Promise<void> {
    const urls = await Promise.all(MODEL_NAMES.map((model) => this.#startPredictor(model)));
    MODEL_NAMES.forEach((model, index) => {
      this.#environment[`${model}_URL`] = urls[index];
    });
  }

  async #startPredictor(model: ModelName): Promise<string> {
    const name = MODEL_FOLDERS[model];
    const folder = join(this.#options.folder, 'data', 'models', name);
    const predictor = this.#start(['predictor', '--model-dir', folder, '--name', name, '--port', '0']);
    const [, url = ''] = await predictor.waitFor(READY);
    return url;
  }

  /** Starts an instance of the API; resolves when it is ready, with its `/graphql`. */
  async serve(
    settings: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly url: string; readonly process: WatchedProcess }> {
    const process = this.#start(['serve'], settings);
    const [, url = ''] = await process.waitFor(READY);
    return { url, process };
  }

  /** Ends every process. */
  async stop(): Promise<void> {
    await Promise.all([...this.#running].map((child) => child.stop()));
  }

  #start(parameters: readonly string[], settings: Readonly<Record<string, string>> = {}): WatchedProcess {
    this.#options.signal.throwIfAborted();
    const child = new WatchedProcess(
      process.execPath,
      [join(packageRoot(), 'bin', 'hunch.js'), ...parameters],
      { env: { ...this.#environment, ...settings }, signal: this.#options.signal },
    );
    this.#running.add(child);
    void child.exited.then(() => this.#running.delete(child));
    return child;
  }
}
