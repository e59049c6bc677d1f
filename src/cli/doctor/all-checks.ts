import { HunchError } from '../../domain/errors.js';
import { MODEL_NAMES, type ModelName } from '../../domain/model.js';
import type { Parts } from '../wiring/parts.js';
import { bigQuerySettings } from '../wiring/warehouse-part.js';
import { type Check, check, type Look, latencyOf } from './check.js';

/** Looks at the configuration and at every store and service that it names, and changes none. */
export async function allChecks(parts: Parts): Promise<Check[]> {
  const checks = [check('configuration', async () => ({ detail: `DATA_DIR ${parts.config.DATA_DIR}` }))];
  checks.push(check('warehouse', () => lookAtWarehouse(parts)));
  checks.push(check('features', () => lookAtFeatures(parts)));
  checks.push(
    check('outbox', async () => ({ detail: `${await (await parts.outbox()).size()} records wait` })),
  );
  for (const model of MODEL_NAMES) checks.push(check(`model ${model}`, () => lookAtModel(parts, model)));
  return Promise.all(checks);
}

async function lookAtWarehouse(parts: Parts): Promise<Look> {
  const { warehouse: settings, WAREHOUSE_URL: url, EVENT_SINK } = parts.config;
  if (settings.backend === 'bigquery') {
    const { lookAtBigQuery } = await import('./bigquery-look.js');
    return lookAtBigQuery(bigQuerySettings(settings, parts.config), {
      keepsEvents: EVENT_SINK === 'warehouse',
    });
  }
  const { duckDbVersion } = await import('../../datasources/warehouse/duckdb-engine.js');
  const version = duckDbVersion();
  const warehouse = await parts.warehouse();
  const latencyMs = await latencyOf(() => warehouse.ping());
  const { rows } = await warehouse.snapshot();
  const detail = `${url}: DuckDB ${version}; ${rows.events} events, ${rows.polls} polls`;
  return { detail, version, latencyMs };
}

async function lookAtFeatures(parts: Parts): Promise<Look> {
  const { features: settings, FEATURES_URL: url } = parts.config;
  if (settings.backend === 'elasticsearch') {
    const { lookAtElasticsearch } = await import('./elasticsearch-look.js');
    return lookAtElasticsearch(await parts.elasticsearch(), settings);
  }
  const [features, catalogue] = await Promise.all([parts.features(), parts.catalogue()]);
  await catalogue.ping();
  return { detail: url, latencyMs: await latencyOf(() => features.ping()) };
}

async function lookAtModel(parts: Parts, model: ModelName): Promise<Look> {
  const [client, registry] = await Promise.all([parts.models(), parts.registry()]);
  const { champion } = await registry.read(model);
  const replicas = await client.checkReplicas(model);
  const away = replicas.filter((replica) => !replica.ready).map((replica) => replica.url);
  if (away.length > 0) throw new HunchError('UNAVAILABLE', `not ready: ${away.join(', ')}`);
  const served = replicas.length === 0 ? 'no predictor runs' : `${replicas.length} predictor(s) ready`;
  return {
    detail: `${champion === null ? 'no version yet' : `version ${champion}`}, ${served}`,
    version: champion,
  };
}
