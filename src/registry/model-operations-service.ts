import type { ModelClient, ReplicaStatus } from '../datasources/inference/model-client.js';
import type { ModelVersion } from '../domain/ids.js';
import type { ModelName } from '../domain/model.js';
import type { Millis } from '../domain/time.js';
import type {
  FlowRunInfo,
  ModelOperations,
  ModelRefresh,
  ModelState,
  ModelStatusInfo,
} from './model-operations.js';
import { type Registry, replicasBehind } from './registry.js';
import { lastOf } from './registry-changes.js';
import { findVersion } from './registry-document.js';
import { type RegistryWatch, refreshOf } from './registry-watch.js';

/** The runs of the flow that trains a model. */
export interface TrainingRuns {
  /** The newest run; null before the first. */
  lastRun(model: ModelName): Promise<FlowRunInfo | null>;
  /** When the schedule runs it next; null where nothing is scheduled. */
  nextRunAt(model: ModelName): Millis | null;
}

export interface ModelOperationsParts {
  readonly registry: Registry;
  readonly watch: RegistryWatch;
  readonly models: ModelClient;
  readonly runs: TrainingRuns;
}

/** What operators do with models, over the registry, the replicas and the runs. */
export class ModelOperationsService implements ModelOperations {
  readonly #parts: ModelOperationsParts;

  constructor(parts: ModelOperationsParts) {
    this.#parts = parts;
  }

  async status(name: ModelName): Promise<ModelStatusInfo> {
    const { registry, runs } = this.#parts;
    const [document, replicas, lastRun] = await Promise.all([
      registry.read(name),
      this.#replicas(name),
      runs.lastRun(name),
    ]);
    const champion = document.champion === null ? null : findVersion(document, document.champion);
    return {
      name,
      state: modelState(document.champion, replicas, lastRun),
      version: document.champion,
      trainedAt: champion?.trainedAt ?? null,
      dataThrough: champion?.dataThrough ?? null,
      metrics: champion?.metrics ?? [],
      canary: document.canary,
      replicas: replicas.map(({ url, ready, version, latencyMs }) => ({ url, ready, version, latencyMs })),
      lastRun,
      nextRunAt: runs.nextRunAt(name),
    };
  }

  async promote(name: ModelName, version: ModelVersion): Promise<void> {
    await this.#parts.registry.promote(name, version);
    await this.#parts.registry.announce(name);
  }

  async rollback(name: ModelName): Promise<void> {
    await this.#parts.registry.rollback(name);
    await this.#parts.registry.announce(name);
  }

  async setCanary(name: ModelName, version: ModelVersion, percent: number): Promise<void> {
    await this.#parts.registry.setCanary(name, version, percent);
  }

  async currentRefresh(name: ModelName): Promise<ModelRefresh | null> {
    const document = await this.#parts.registry.read(name);
    const announced = lastOf(document, (entry) => entry.act === 'ANNOUNCED');
    return announced === null ? null : refreshOf(name, announced);
  }

  refreshes(signal: AbortSignal): AsyncIterable<ModelRefresh> {
    return this.#parts.watch.refreshes(signal);
  }

  /** As the health checks saw them last; asked now where no check has found one ready. */
  async #replicas(name: ModelName): Promise<readonly ReplicaStatus[]> {
    const seen = this.#parts.models.replicas(name);
    return seen.some((replica) => replica.ready) ? seen : this.#parts.models.checkReplicas(name);
  }
}

/** The state of a model by its champion, its replicas and its last run; see ModelState. */
export function modelState(
  champion: ModelVersion | null,
  replicas: readonly ReplicaStatus[],
  lastRun: FlowRunInfo | null,
): ModelState {
  if (champion === null) return 'MISSING';
  if (replicas.length === 0 || replicas.some((replica) => !replica.ready)) return 'DEGRADED';
  if (replicasBehind(replicas, champion).length > 0) return 'LOADING';
  return lastRun?.state === 'FAILED' || lastRun?.state === 'ABANDONED' ? 'DEGRADED' : 'READY';
}
