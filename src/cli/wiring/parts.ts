import { join } from 'node:path';
import type { AnswerLog } from '../../datasources/answer-log/answer-log.js';
import type { ModelClient } from '../../datasources/inference/model-client.js';
import type { LeaseStore } from '../../datasources/leases/lease-store.js';
import type { ModelStore } from '../../datasources/model-store/model-store.js';
import type { Outbox } from '../../datasources/outbox/outbox.js';
import type { RejectedRecords } from '../../datasources/outbox/rejected-records.js';
import type { RunStore } from '../../datasources/runs/run-store.js';
import type { Warehouse } from '../../datasources/warehouse/warehouse.js';
import { HunchError } from '../../domain/errors.js';
import type { ModelName } from '../../domain/model.js';
import type { Clock } from '../../domain/time.js';
import { type Config, parseConfig } from '../../platform/config.js';
import type { ElasticsearchClient } from '../../platform/elasticsearch/connection.js';
import { createLog, type Log } from '../../platform/log.js';
import type { Registry } from '../../registry/registry.js';
import { type FeatureStores, featureStores } from './feature-stores.js';
import { localPredictors } from './local-predictors.js';
import { parseLocation } from './locations.js';
import { PartShelf } from './part.js';
import { warehousePart } from './warehouse-part.js';

/** The parts a command is put together from, each opened when it is first asked for. */
export interface Parts extends FeatureStores {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  warehouse(): Promise<Warehouse>;
  /** Rejects with INVALID_CONFIGURATION where FEATURES_URL names another kind of store. */
  elasticsearch(): Promise<ElasticsearchClient>;
  outbox(): Promise<Outbox>;
  rejectedRecords(): Promise<RejectedRecords>;
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
  const shelf = new PartShelf();
  const runsFolder = (): string => parseLocation('RUNS_URL', config.RUNS_URL, ['file']).rest;

  const elasticsearch = shelf.closing(async () => {
    if (config.features.backend !== 'elasticsearch') {
      throw new HunchError(
        'INVALID_CONFIGURATION',
        `FEATURES_URL=${config.FEATURES_URL} names no Elasticsearch`,
      );
    }
    const { connectElasticsearch } = await import('../../platform/elasticsearch/connection.js');
    return connectElasticsearch(config.features);
  });
  const warehouse = warehousePart(shelf, { config, clock, runsFolder });

  const outbox = shelf.closing<Outbox>(async () => {
    const { LmdbOutbox } = await import('../../datasources/outbox/lmdb-outbox.js');
    return LmdbOutbox.open({ folder: join(config.DATA_DIR, 'outbox') });
  });
  const rejectedRecords = shelf.part<RejectedRecords>(async () => {
    const { FileRejectedRecords } = await import('../../datasources/outbox/file-rejected-records.js');
    return new FileRejectedRecords(join(config.DATA_DIR, 'outbox-rejected'));
  });

  const answerLog = shelf.part<AnswerLog | null>(
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

  const modelStore = shelf.part<ModelStore>(async () => {
    const { rest } = parseLocation('MODEL_STORE_URL', config.MODEL_STORE_URL, ['file']);
    const { FileModelStore } = await import('../../datasources/model-store/file-model-store.js');
    return FileModelStore.open({ folder: rest });
  });
  const runs = shelf.part<RunStore>(async () => {
    const { FileRunStore } = await import('../../datasources/runs/file-run-store.js');
    return FileRunStore.open({ folder: runsFolder() });
  });
  const leases = shelf.part<LeaseStore>(async () => {
    const { FileLeaseStore } = await import('../../datasources/leases/file-lease-store.js');
    return FileLeaseStore.open({
      folder: join(config.DATA_DIR, 'leases'),
      clock,
      onError: (error) => log.warn({ err: error }, 'a lease could not be given back; trying again'),
    });
  });

  const models = shelf.closing<ModelClient>(async () => {
    const { HttpModelClient } = await import('../../datasources/inference/http-model-client.js');
    return new HttpModelClient({ replicas: (model) => replicasOf(config, model), log });
  });
  const registry = shelf.part<Registry>(async () => {
    const { Registry } = await import('../../registry/registry.js');
    const { KEEP_VERSIONS: keepVersions } = config;
    return new Registry({ modelStore: await modelStore(), models: await models(), clock, keepVersions });
  });

  return {
    config,
    log,
    clock,
    ...featureStores(shelf, { elasticsearch, config, clock, log }),
    elasticsearch,
    warehouse,
    outbox,
    rejectedRecords,
    answerLog,
    modelStore,
    runs,
    leases,
    models,
    registry,
    close: () => shelf.close(),
  };
}
