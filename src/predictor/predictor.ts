import { stat } from 'node:fs/promises';
import { MODEL_FOLDERS, MODEL_NAMES, OIP_MODEL_NAMES } from '../domain/model.js';
import type { Log } from '../platform/log.js';
import { createMetrics } from '../platform/metrics.js';
import { ModelLayout } from './model-layout.js';
import { ModelRepository } from './model-repository.js';
import { predictorMetrics } from './predictor-metrics.js';
import { PredictorServer } from './predictor-server.js';

export interface PredictorOptions {
  /** A folder in one of the layouts of ModelLayout; it may come into being later. */
  readonly modelDir: string;
  /** The model; for `personalisation` its ranking half is served too. */
  readonly name: string;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Threads inside one operator. */
  readonly threads: number;
  readonly extraVersions: number;
  /** How often the folder is looked at for a new version. */
  readonly watchMs: number;
  readonly serverVersion: string;
  readonly log: Log;
  /** Memory and CPU of the process among the metrics. */
  readonly processMetrics?: boolean;
}

/** A running predictor: endpoints, loaded versions, and the watch over the model folder. */
export class Predictor {
  /** The root of its endpoints, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Resolves with the first version that is served. */
  readonly ready: Promise<string>;
  readonly #close: () => Promise<void>;
  #closing: Promise<void> | null = null;

  private constructor(url: string, ready: Promise<string>, close: () => Promise<void>) {
    this.url = url;
    this.ready = ready;
    this.#close = close;
  }

  /** Listens, and loads the current version if there is one; without one it answers 503 until one appears. */
  static async open(options: PredictorOptions): Promise<Predictor> {
    const { modelDir, name, host, port, watchMs, log } = options;
    const names = namesServedAs(name);
    const metrics = createMetrics({ process: options.processMetrics ?? false });
    const figures = predictorMetrics(metrics);
    const layout = new ModelLayout({ folder: modelDir, names });
    const { threads, extraVersions, serverVersion } = options;
    const repository = new ModelRepository({ layout, names, threads, extraVersions, log, observer: figures });
    const server = new PredictorServer({ repository, metrics, figures, log, serverVersion });
    const url = await server.listen(host, port);

    let timer: NodeJS.Timeout | undefined;
    let stopped = false;
    const watch = async (): Promise<void> => {
      await repository.refresh();
      if (!stopped) timer = setTimeout(watch, watchMs);
    };
    await watch();
    // A version that is refused has been told of.
    if (!repository.ready && (await layout.current().catch(() => undefined)) === null) {
      const isThere = (await stat(modelDir).catch(() => null)) !== null;
      log.warn(
        { modelDir },
        isThere ? 'no version to serve yet; waiting for one' : 'there is no such folder yet; waiting for it',
      );
    }

    const close = async (): Promise<void> => {
      stopped = true;
      clearTimeout(timer);
      await server.close();
      await repository.close();
    };
    return new Predictor(url, repository.firstVersion, close);
  }

  /** Takes no new connection, answers what is in flight (for 10 s at most), and releases the models. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }
}

/** The OIP names of one version of a model: two for `personalisation`, else the name itself. */
function namesServedAs(name: string): readonly string[] {
  const model = MODEL_NAMES.find((one) => MODEL_FOLDERS[one] === name);
  return model === undefined ? [name] : OIP_MODEL_NAMES[model];
}
