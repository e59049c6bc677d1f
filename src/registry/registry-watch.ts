import { EventEmitter, on } from 'node:events';
import type { ModelClient } from '../datasources/inference/model-client.js';
import type { ModelVersion, UserId } from '../domain/ids.js';
import { MODEL_NAMES, type ModelName } from '../domain/model.js';
import type { Millis } from '../domain/time.js';
import { canaryVersion } from './canary-version.js';
import type { ModelRefresh } from './model-operations.js';
import { type Registry, replicasBehind } from './registry.js';
import { emptyRegistry, type HistoryEntry, type RegistryDocument } from './registry-document.js';

export interface RegistryWatchOptions {
  readonly registry: Registry;
  readonly models: ModelClient;
  /** Time between two looks at the registry; 500 ms where absent. */
  readonly intervalMs?: Millis;
  readonly onError: (error: unknown) => void;
}

const INTERVAL: Millis = 500;
const REFRESH = 'refresh';

interface Followed {
  document: RegistryDocument;
  /** Announced, and not yet seen on the replicas; oldest first. */
  pending: HistoryEntry[];
}

/**
 * Follows the registry documents, which other processes write, and keeps the newest in memory: for the split of users by a
 * canary, and to tell subscribers of refreshes. One watch a process serves them all.
 */
export class RegistryWatch {
  readonly #options: RegistryWatchOptions;
  readonly #followed: ReadonlyMap<ModelName, Followed>;
  readonly #refreshes = new EventEmitter().setMaxListeners(0);
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | null = null;

  private constructor(options: RegistryWatchOptions, followed: ReadonlyMap<ModelName, Followed>) {
    this.#options = options;
    this.#followed = followed;
  }

  /** Reads the documents once; refreshes announced before are not told. */
  static async start(options: RegistryWatchOptions): Promise<RegistryWatch> {
    const followed = new Map<ModelName, Followed>();
    for (const model of MODEL_NAMES) {
      followed.set(model, { document: await options.registry.read(model), pending: [] });
    }
    const watch = new RegistryWatch(options, followed);
    watch.#schedule();
    return watch;
  }

  /** The registry of a model as last read. */
  document(model: ModelName): RegistryDocument {
    return this.#followed.get(model)?.document ?? emptyRegistry(model);
  }

  /** The version for a user by the canary; undefined for the champion, which unknown users always get. */
  readonly versionFor = (model: ModelName, userId: UserId | null): ModelVersion | undefined =>
    userId === null ? undefined : canaryVersion(userId, this.document(model));

  /** Every refresh from this call on, each once, in order; ends when `signal` aborts or the watch is closed. */
  refreshes(signal: AbortSignal): AsyncIterable<ModelRefresh> {
    const until = AbortSignal.any([signal, this.#stop.signal]);
    // Listening begins here and not with the first item asked for: nothing announced in between is missed.
    return until.aborted ? none() : untilAborted(on(this.#refreshes, REFRESH, { signal: until }), until);
  }

  close(): void {
    this.#stop.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#stop.signal.aborted) return;
    this.#timer = setTimeout(async () => {
      for (const [model, followed] of this.#followed) {
        await this.#look(model, followed).catch(this.#options.onError);
      }
      this.#schedule();
    }, this.#options.intervalMs ?? INTERVAL);
    this.#timer.unref();
  }

  async #look(model: ModelName, followed: Followed): Promise<void> {
    const document = await this.#options.registry.read(model);
    const seen = followed.document.history.at(-1)?.sequence ?? 0;
    followed.document = document;
    followed.pending.push(
      ...document.history.filter((entry) => entry.act === 'ANNOUNCED' && entry.sequence > seen),
    );
    if (followed.pending.length === 0) return;
    const replicas = await this.#options.models.checkReplicas(model);
    // A version that was followed by another before the replicas had it is told together with that one.
    const served = followed.pending.findLastIndex(
      ({ version }) =>
        replicas.length === 0 ||
        (replicas.some((replica) => replica.ready) && replicasBehind(replicas, version).length === 0),
    );
    for (const entry of followed.pending.splice(0, served + 1)) {
      this.#refreshes.emit(REFRESH, refreshOf(model, entry));
    }
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
