import type { ModelVersion, RunId } from '../domain/ids.js';
import type { ModelMetric, ModelName } from '../domain/model.js';
import type { Millis } from '../domain/time.js';

/** READY: a version answers. LOADING: a replica is still on its way. DEGRADED: some replica is away, or the last run failed. MISSING: no version yet. */
export type ModelState = 'READY' | 'LOADING' | 'DEGRADED' | 'MISSING';

export interface FlowRunInfo {
  readonly id: RunId;
  readonly startedAt: Millis;
  readonly finishedAt: Millis | null;
  readonly state: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABANDONED';
}

export interface ModelReplicaInfo {
  readonly url: string;
  readonly ready: boolean;
  readonly version: ModelVersion | null;
  readonly latencyMs: number | null;
}

export interface ModelStatusInfo {
  readonly name: ModelName;
  readonly state: ModelState;
  readonly version: ModelVersion | null;
  readonly trainedAt: Millis | null;
  readonly dataThrough: Millis | null;
  readonly metrics: readonly ModelMetric[];
  readonly canary: { readonly version: ModelVersion; readonly percent: number } | null;
  readonly replicas: readonly ModelReplicaInfo[];
  readonly lastRun: FlowRunInfo | null;
  /** Null where no scheduler of ours runs. */
  readonly nextRunAt: Millis | null;
}

/** A new version answers on the replicas. */
export interface ModelRefresh {
  readonly name: ModelName;
  readonly version: ModelVersion;
  readonly previousVersion: ModelVersion | null;
  readonly refreshedAt: Millis;
  readonly metrics: readonly ModelMetric[];
}

/** What operators and the console do with models. */
export interface ModelOperations {
  status(name: ModelName): Promise<ModelStatusInfo>;
  /** Rolls the version out and makes it champion. Rejects with NOT_FOUND for a version that is not there. */
  promote(name: ModelName, version: ModelVersion): Promise<void>;
  /** Returns to the champion before. Rejects with CONFLICT where there is none. */
  rollback(name: ModelName): Promise<void>;
  /** `percent` of the users, sticky, get `version`; 0 ends the canary. */
  setCanary(name: ModelName, version: ModelVersion, percent: number): Promise<void>;
  /** The present state of a model as an event, for a new subscriber; null where nothing serves yet. */
  currentRefresh(name: ModelName): Promise<ModelRefresh | null>;
  /** Every refresh from now on, each once, in order. Ends when `signal` aborts. */
  refreshes(signal: AbortSignal): AsyncIterable<ModelRefresh>;
}
