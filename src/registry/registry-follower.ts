import { EventEmitter, on } from 'node:events';
import type { ModelClient } from '../datasources/inference/model-client.js';
import { MODEL_NAMES, type ModelName } from '../domain/model.js';
import type { Millis } from '../domain/time.js';
import { CanaryLoader } from './canary-loader.js';
import type { ModelRefresh } from './model-operations.js';
import { type Registry, replicasBehind } from './registry.js';
import { emptyRegistry, type HistoryEntry, type RegistryDocument } from './registry-document.js';

export interface RegistryFollowerOptions {
  readonly registry: Registry;
  readonly models: ModelClient;
  /** Time between two looks at the registry. */
  readonly intervalMs: Millis;
  readonly onError: (error: unknown) => void;
}

const REFRESH = 'refresh';

/**
 * Follows the registry documents, which other processes write, and keeps the newest in memory: for the split of users by a
 * canary, which it keeps on the replicas, and to tell subscribers of refreshes. One follower a process serves them all.
 */
export class RegistryFollower {
  readonly #options: RegistryFollowerOptions;
  readonly #canaries: CanaryLoader;
  readonly #documents = new Map<ModelName, RegistryDocument>();
  /** Announced, and not yet seen on the replicas; oldest first. */
  readonly #pending = new Map<ModelName, readonly HistoryEntry[]>();
  readonly #refreshes = new EventEmitter().setMaxListeners(0);
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: RegistryFollowerOptions) {
    this.#options = options;
    const onError = (error: unknown): void => {
      // A load that was under way when the process closed its connections is no news.
      if (!this.#stop.signal.aborted) options.onError(error);
    };
    this.#canaries = new CanaryLoader({ models: options.models, onError });
  }

  /** Reads the documents and follows them from here; refreshes announced before are not told. */
  async start(): Promise<void> {
    for (const model of MODEL_NAMES) {
      this.#documents.set(model, await this.#options.registry.read(model));
    }
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#looking;
  }

  /** The registry of a model as last read. */
  document(model: ModelName): RegistryDocument {
    return this.#documents.get(model) ?? emptyRegistry(model);
  }

  /** Every refresh from this call on, each once, in order; ends when `signal` aborts or the follower stops. */
  refreshes(signal: AbortSignal): AsyncIterable<ModelRefresh> {
    const until = AbortSignal.any([signal, this.#stop.signal]);
    // Listening begins here and not with the first item asked for: nothing announced in between is missed.
    return until.aborted ? none() : untilAborted(on(this.#refreshes, REFRESH, { signal: until }), until);
  }

  #schedule(): void {
    if (this.#stop.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#looking = this.#lookAtAll().finally(() => this.#schedule());
    }, this.#options.intervalMs);
    this.#timer.unref();
  }

  async #lookAtAll(): Promise<void> {
    for (const model of MODEL_NAMES) {
      await this.#look(model).catch(this.#options.onError);
    }
  }

  async #look(model: ModelName): Promise<void> {
    const document = await this.#options.registry.read(model);
    const seen = this.document(model).history.at(-1)?.sequence ?? 0;
    const fresh = document.history.filter((entry) => entry.act === 'ANNOUNCED' && entry.sequence > seen);
    const pending = [...(this.#pending.get(model) ?? []), ...fresh];
    this.#documents.set(model, document);
    this.#canaries.look(model, document.canary?.version ?? null);
    this.#pending.set(model, pending);
    if (pending.length === 0) return;
    const served = await this.#servedOf(model, pending);
    this.#pending.set(model, pending.slice(served));
    for (const entry of pending.slice(0, served)) this.#refreshes.emit(REFRESH, refreshOf(model, entry));
  }

  /**
   * How many of the entries may be told: up to the newest that every ready replica serves. A version that was followed by
   * another before the replicas had it is told together with that one.
   */
  async #servedOf(model: ModelName, pending: readonly HistoryEntry[]): Promise<number> {
    const replicas = await this.#options.models.checkReplicas(model);
    if (replicas.length === 0) return pending.length;
    if (!replicas.some((replica) => replica.ready)) return 0;
    return pending.findLastIndex(({ version }) => replicasBehind(replicas, version).length === 0) + 1;
  }
}

/** An announcement as subscribers get it. */
export const refreshOf = (model: ModelName, entry: HistoryEntry): ModelRefresh => ({
  name: model,
  version: entry.version,
  previousVersion: entry.previousVersion,
  refreshedAt: entry.at,
  metrics: entry.metrics,
});

async function* none(): AsyncGenerator<ModelRefresh> {}

async function* untilAborted(
  events: AsyncIterable<readonly ModelRefresh[]>,
  signal: AbortSignal,
): AsyncGenerator<ModelRefresh> {
  try {
    for await (const refreshes of events) yield* refreshes;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
