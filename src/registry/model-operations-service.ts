import type { ModelClient, ReplicaStatus } from '../datasources/inference/model-client.js';
import type { LeaseStore } from '../datasources/leases/lease-store.js';
import { type FlowRun, lastFlowRun, SCHEDULER_LEASE } from '../datasources/runs/flow-run.js';
import type { RunStore } from '../datasources/runs/run-store.js';
import type { ModelVersion } from '../domain/ids.js';
import type { ModelName } from '../domain/model.js';
import { nextTimes } from '../platform/cron.js';
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
import { type RegistryFollower, refreshOf } from './registry-follower.js';

export interface ModelOperationsParts {
  readonly registry: Registry;
  /** Started; also tells every instance of the API of what others announce. */
  readonly follower: RegistryFollower;
  readonly models: ModelClient;
  readonly runs: RunStore;
  readonly leases: LeaseStore;
  /** The flow that trains each model, and when it runs by itself. */
  readonly schedules: Readonly<Record<ModelName, { readonly flow: string; readonly cron: string }>>;
  readonly timeZone: string;
}

/** What operators do with models, over the registry, the replicas and the runs. */
export class ModelOperationsService implements ModelOperations {
  readonly #parts: ModelOperationsParts;

  constructor(parts: ModelOperationsParts) {
    this.#parts = parts;
  }

  async status(name: ModelName): Promise<ModelStatusInfo> {
    const { registry, leases, schedules, timeZone } = this.#parts;
    const { flow, cron } = schedules[name];
    const [document, replicas, lastRun, scheduler] = await Promise.all([
      registry.read(name),
      this.#replicas(name),
      lastFlowRun(this.#parts, flow),
      leases.holder(SCHEDULER_LEASE),
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
      lastRun: lastRun === null ? null : runInfo(lastRun),
      // Without a scheduler of ours nothing is known of the next run: another one may start it, or nobody.
      nextRunAt: scheduler === null ? null : (nextTimes({ expression: cron, timeZone }, 1).at(0) ?? null),
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
    return this.#parts.follower.refreshes(signal);
  }

  /** As the health checks saw them last; asked now where no check has found one ready. */
  async #replicas(name: ModelName): Promise<readonly ReplicaStatus[]> {
    const seen = this.#parts.models.replicas(name);
    return seen.some((replica) => replica.ready) ? seen : this.#parts.models.checkReplicas(name);
  }
}

const runInfo = ({ id, startedAt, finishedAt, state }: FlowRun): FlowRunInfo => ({
  id,
  startedAt,
  finishedAt,
  state,
});

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
