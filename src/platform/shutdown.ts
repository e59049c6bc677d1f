import type { Log } from './log.js';

type Stop = () => Promise<void> | void;

/**
 * Stops what was started, last started first, once: on SIGINT, SIGTERM, or when asked. One part that fails to stop
 * does not keep the others running. A second signal ends the process at once.
 */
export class Shutdown {
  readonly #log: Log;
  readonly #stops: { readonly name: string; readonly stop: Stop }[] = [];
  readonly #controller = new AbortController();
  #running: Promise<void> | null = null;
  #starting = false;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Aborts when the stop begins. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  add(name: string, stop: Stop): void {
    this.#stops.push({ name, stop });
  }

  /** Begins the stop on SIGINT and SIGTERM; gives the function that takes the handlers off again. */
  listen(): () => void {
    const onSignal = (signal: NodeJS.Signals): void => {
      if (this.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143);
      this.#log.info({ signal }, 'stopping');
      this.#controller.abort();
      if (!this.#starting) void this.run();
    };
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
    return () => {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    };
  }

  /**
   * Starts a service, step by step. A signal that comes meanwhile calls the rest off and stops what was started by then; so
   * does a step that fails, whose error this rejects with.
   */
  async start(steps: readonly (() => Promise<void>)[]): Promise<void> {
    this.#starting = true;
    try {
      for (const step of steps) {
        if (this.signal.aborted) break;
        await step();
      }
    } catch (error) {
      const calledOff = this.signal.aborted;
      await this.run();
      if (!calledOff) throw error;
    } finally {
      this.#starting = false;
    }
    if (this.signal.aborted) await this.run();
  }

  /** Resolves when all is stopped; never rejects. */
  run(): Promise<void> {
    this.#running ??= this.#stopAll();
    return this.#running;
  }

  async #stopAll(): Promise<void> {
    this.#controller.abort();
    for (const { name, stop } of this.#stops.toReversed()) {
      try {
        await stop();
      } catch (error) {
        this.#log.error({ err: error, part: name }, 'did not stop cleanly');
      }
    }
  }
}
