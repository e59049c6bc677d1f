import type { CatalogueStore } from '../../src/datasources/catalogue/catalogue-store.js';
import type { FeatureStore } from '../../src/datasources/features/feature-store.js';
import type { ModelClient } from '../../src/datasources/inference/model-client.js';
import type { ModelStore } from '../../src/datasources/model-store/model-store.js';
import type { PollNeighbours } from '../../src/datasources/neighbours/poll-neighbours.js';
import type { RunStore } from '../../src/datasources/runs/run-store.js';
import type { Warehouse } from '../../src/datasources/warehouse/warehouse.js';
import type { RunId } from '../../src/domain/ids.js';
import type { ModelName } from '../../src/domain/model.js';
import type { Polarity } from '../../src/domain/polarity.js';
import type { Clock } from '../../src/domain/time.js';
import type { OpenModel } from '../../src/models/evaluation/model-session.js';

export const FLOW_NAMES = ['personalise', 'popular'] as const;
export type FlowName = (typeof FLOW_NAMES)[number];

/** The model that each flow trains. */
export const MODEL_OF_FLOW = {
  personalise: 'PERSONALISATION',
  popular: 'POPULAR',
} as const satisfies Record<FlowName, ModelName>;

/** JSON that a step leaves as its result: read by later steps, shown to people. */
export type StepResult = Readonly<Record<string, unknown>>;

export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The outside world as steps see it. */
export interface StepDependencies {
  readonly warehouse: Warehouse;
  readonly features: FeatureStore;
  readonly catalogue: CatalogueStore;
  readonly neighbours: PollNeighbours;
  readonly modelStore: ModelStore;
  readonly runs: RunStore;
  readonly models: ModelClient;
  /** Runs model files in this process. */
  readonly openModel: OpenModel;
  readonly polarity: Polarity;
  readonly keepVersions: number;
  readonly clock: Clock;
}

export interface StepContext {
  readonly flow: FlowName;
  readonly runId: RunId;
  /** The result of a step this one comes after, directly or not. Throws where it has none. */
  result(step: string): Promise<StepResult>;
  readonly threads: number;
  readonly memoryMb: number;
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** 0 to 1, for a progress line. */
  progress(done: number): void;
  /** Bytes that the step's statements have read; the step's result tells the sum as `bytesProcessed`. */
  processed(bytes: number): void;
}

/** Does one step. Idempotent for a run id: done twice, it leaves the same. */
export type StepFunction = (context: StepContext, dependencies: StepDependencies) => Promise<StepResult>;

export interface StepDefinition {
  readonly name: string;
  readonly description: string;
  /** Steps whose results must be there first. Steps that do not wait for each other run side by side. */
  readonly after: readonly string[];
  /** Tries after the first, for errors that say they are retryable (exit code 75). */
  readonly retries: number;
  readonly timeoutSeconds: number;
  /** `large`: worth a big machine of its own. */
  readonly size: 'small' | 'large';
  /** Imported when the step runs, so that describing a flow loads nothing. */
  readonly load: () => Promise<StepFunction>;
}

export interface FlowDefinition {
  readonly name: FlowName;
  readonly description: string;
  /** When it runs by itself, in cron's five fields. */
  readonly schedule: string;
  readonly steps: readonly StepDefinition[];
}
