import { join } from 'node:path';
import type { AnswerLog } from '../../datasources/answer-log/answer-log.js';
import type { CatalogueStore } from '../../datasources/catalogue/catalogue-store.js';
import type { FeatureStore } from '../../datasources/features/feature-store.js';
import type { ModelClient } from '../../datasources/inference/model-client.js';
import type { LeaseStore } from '../../datasources/leases/lease-store.js';
import type { ModelStore } from '../../datasources/model-store/model-store.js';
import type { Outbox } from '../../datasources/outbox/outbox.js';
import type { RunStore } from '../../datasources/runs/run-store.js';
import type { Warehouse } from '../../datasources/warehouse/warehouse.js';
import type { ModelName } from '../../domain/model.js';
import type { Clock } from '../../domain/time.js';
import { type Config, parseConfig } from '../../platform/config.js';
import { createLog, type Log } from '../../platform/log.js';
import type { Registry } from '../../registry/registry.js';
import { localPredictors } from './local-predictors.js';
import { parseLocation } from './locations.js';

/** The parts a command is put together from, each opened when it is first asked for. */
export interface Parts {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  warehouse(): Promise<Warehouse>;
  features(): Promise<FeatureStore>;
  catalogue(): Promise<CatalogueStore>;
  outbox(): Promise<Outbox>;
  /** Null where ANSWER_LOG_DAYS is 0. */
  answerLog(): Promise<AnswerLog | null>;
  modelStore(): Promise<ModelStore>;
  runs(): Promise<RunStore>;
  leases(): Promise<LeaseStore>;
  models(): Promise<ModelClient>;
  registry(): Promise<Registry>;
  /** Closes what was opened, last opened first. */
  close(): Promise<void>;
}

/** Roots of the servers of a model: from the environment, else those of the `hunch up` on this DATA_DIR. */
export const replicasOf = (config: Config, model: ModelName): readonly string[] => {
  const configured = model === 'PERSONALISATION' ? config.PERSONALISATION_URL : config.POPULAR_URL;
  return configured ?? localPredictors(config.DATA_DIR, model);
};

export interface PartsOptions {
  /** Who speaks in the log. */
  readonly name?: string;
  /** Only warnings are logged where LOG_LEVEL is not set: for commands whose terminal is for people. */
  readonly quiet?: boolean;
}

/** Reads the environment and names the parts; opens none. Throws INVALID_CONFIGURATION. */
export function openParts({ name = 'hunch', quiet = false }: PartsOptions = {}): Parts {
  const config = parseConfig(process.env);
  const log = createLog({ level: quiet && !process.env.LOG_LEVEL ? 'warn' : config.LOG_LEVEL, name });
  const clock: Clock = Date.now;
  const opened: (() => Promise<void>)[] = [];

  /** Opens a part once, however often it is asked for. */
  const part = <T>(open: () => Promise<T>, close?: (part: T) => Promise<void>): (() => Promise<T>) => {
    let promise: Promise<T> | null = null;
    return () => {
      promise ??= open().then((value) => {
        if (close !== undefined) opened.push(() => close(value));
        return value;
      });
      return promise;
    };
  };
  const closing = (value: { close(): Promise<void> }): Promise<void> => value.close();

  const runsFolder = (): string => parseLocation('RUNS_URL', config.RUNS_URL, ['file']).rest;

  const warehouse = part<Warehouse>(async () => {
    const { rest } = parseLocation('WAREHOUSE_URL', config.WAREHOUSE_URL, ['duckdb']);
    const { DuckDbWarehouse } = await import('../../datasources/warehouse/duckdb-warehouse.js');
    return DuckDbWarehouse.open({ folder: rest, runsFolder: runsFolder(), clock });
  }, closing);

  const featuresFolder = (): string => parseLocation('FEATURES_URL', config.FEATURES_URL, ['lmdb']).rest;
  const features = part<FeatureStore>(async () => {
    const { LmdbFeatureStore } = await import('../../datasources/features/lmdb-feature-store.js');
    return LmdbFeatureStore.open({ folder: featuresFolder(), clock });
  }, closing);
  const catalogue = part<CatalogueStore>(async () => {
    const { LmdbCatalogueStore } = await import('../../datasources/catalogue/lmdb-catalogue-store.js');
    return LmdbCatalogueStore.open({ folder: featuresFolder() });
  }, closing);

  const outbox = part<Outbox>(async () => {
    const { LmdbOutbox } = await import('../../datasources/outbox/lmdb-outbox.js');
    return LmdbOutbox.open({ folder: join(config.DATA_DIR, 'outbox') });
  }, closing);

  const answerLog = part<AnswerLog | null>(
    async () => {
      const { ANSWER_LOG_DAYS: keepDays, DATA_DIR } = config;
      if (keepDays === 0) return null;
      const { FileAnswerLog } = await import('../../datasources/answer-log/file-answer-log.js');
      return FileAnswerLog.open({
        folder: join(DATA_DIR, 'answers'),
        keepDays,
        clock,
        onError: (error) => log.warn({ err: error }, 'answers are not logged'),
      });
    },
    async (answers) => answers?.close(),
  );

  const modelStore = part<ModelStore>(async () => {
    const { rest } = parseLocation('MODEL_STORE_URL', config.MODEL_STORE_URL, ['file']);
    const { FileModelStore } = await import('../../datasources/model-store/file-model-store.js');
    return FileModelStore.open({ folder: rest });
  });
  const runs = part<RunStore>(async () => {
    const { FileRunStore } = await import('../../datasources/runs/file-run-store.js');
    return FileRunStore.open({ folder: runsFolder() });
  });
  const leases = part<LeaseStore>(async () => {
    const { FileLeaseStore } = await import('../../datasources/leases/file-lease-store.js');
    return FileLeaseStore.open({
      folder: join(config.DATA_DIR, 'leases'),
      clock,
      onError: (error) => log.warn({ err: error }, 'a lease could not be given back; trying again'),
    });
  });

  const models = part<ModelClient>(async () => {
    const { HttpModelClient } = await import('../../datasources/inference/http-model-client.js');
    return new HttpModelClient({ replicas: (model) => replicasOf(config, model), log });
  }, closing);
  const registry = part<Registry>(async () => {
    const { Registry } = await import('../../registry/registry.js');
    const { KEEP_VERSIONS: keepVersions } = config;
    return new Registry({ modelStore: await modelStore(), models: await models(), clock, keepVersions });
  });

  return {
    config,
    log,
    clock,
    warehouse,
    features,
    catalogue,
    outbox,
    answerLog,
    modelStore,
    runs,
    leases,
    models,
    registry,
    async close() {
      for (const close of opened.reverse()) await close();
    },
  };
}
