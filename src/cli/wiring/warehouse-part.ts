import type { BigQuerySettings } from '../../datasources/warehouse/bigquery-connection.js';
import type { Warehouse } from '../../datasources/warehouse/warehouse.js';
import { type Clock, HOUR, SECOND } from '../../domain/time.js';
import type { Config } from '../../platform/config.js';
import type { BigQueryLocation } from '../../platform/store-settings.js';
import type { Part, PartShelf } from './part.js';

export interface WarehousePartOptions {
  readonly config: Config;
  readonly clock: Clock;
  /** Where the embedded warehouse keeps the tables of runs. */
  readonly runsFolder: () => string;
}

/** What the variables say of the dataset and of what a statement may cost. */
export const bigQuerySettings = (
  { project, dataset, endpoint, location }: BigQueryLocation,
  { WAREHOUSE_MAX_BYTES_BILLED: maxBytesBilled }: Config,
): BigQuerySettings => ({ project, dataset, endpoint, location, maxBytesBilled });

/** The warehouse by the scheme of WAREHOUSE_URL; what the other scheme needs is not even loaded. */
export function warehousePart(
  shelf: PartShelf,
  { config, clock, runsFolder }: WarehousePartOptions,
): Part<Warehouse> {
  return shelf.closing<Warehouse>(async () => {
    const { warehouse } = config;
    if (warehouse.backend === 'duckdb') {
      const { DuckDbWarehouse } = await import('../../datasources/warehouse/duckdb-warehouse.js');
      return DuckDbWarehouse.open({ folder: warehouse.folder, runsFolder: runsFolder(), clock });
    }
    const { BigQueryWarehouse } = await import('../../datasources/warehouse/bigquery-warehouse.js');
    return BigQueryWarehouse.open({
      ...bigQuerySettings(warehouse, config),
      overlapMs: config.WAREHOUSE_OVERLAP_HOURS * HOUR,
      duplicateWindowMs: config.WAREHOUSE_DUPLICATE_WINDOW_SECONDS * SECOND,
      clock,
    });
  });
}
