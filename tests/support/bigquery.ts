import { randomBytes } from 'node:crypto';
import { beforeAll } from 'vitest';
import { connectBigQuery } from '../../src/datasources/warehouse/bigquery-connection.js';
import type { BigQueryWarehouseOptions } from '../../src/datasources/warehouse/bigquery-warehouse.js';
import { HOUR, SECOND } from '../../src/domain/time.js';
import { describeWithService } from './services.js';

const PROJECT = 'test-project';

export interface BigQueryEmulator {
  readonly url: string;
  /** Makes an empty dataset; how a warehouse on it is opened. */
  dataset(changes?: Partial<BigQueryWarehouseOptions>): Promise<BigQueryWarehouseOptions>;
}

/** How a warehouse on a dataset of that server is opened, by the defaults of the settings. */
export const bigQueryOptions = (endpoint: string, dataset: string): BigQueryWarehouseOptions => ({
  project: PROJECT,
  dataset,
  endpoint,
  location: null,
  maxBytesBilled: 2 ** 30,
  overlapMs: 48 * HOUR,
  duplicateWindowMs: 60 * SECOND,
  clock: Date.now,
});

/** A suite on the emulator, which keeps nothing; skipped by name where its recipe is not there. */
export function describeWithBigQuery(title: string, suite: (emulator: BigQueryEmulator) => void): void {
  describeWithService('bigquery', title, (service) => {
    let url = '';
    beforeAll(async () => {
      ({ url } = await service.start(['-']));
    });
    suite({
      get url() {
        return url;
      },
      async dataset(changes = {}) {
        const options = { ...bigQueryOptions(url, `d_${randomBytes(6).toString('hex')}`), ...changes };
        await connectBigQuery(options).createDataset(options.dataset);
        return options;
      },
    });
  });
}
