import { BigQueryWarehouse } from '../../../src/datasources/warehouse/bigquery-warehouse.js';
import { warehouseContract } from '../../../src/datasources/warehouse/warehouse.contract.js';
import { warehouseSessionContract } from '../../../src/datasources/warehouse/warehouse-session.contract.js';
import { describeWithBigQuery } from '../../support/bigquery.js';
import type { WarehouseSetting } from '../../support/warehouse-bench.js';

describeWithBigQuery('the emulator of BigQuery', (emulator) => {
  async function setting(): Promise<WarehouseSetting> {
    let passed = 0;
    const options = await emulator.dataset({ clock: () => Date.now() + passed });
    return {
      open: () => BigQueryWarehouse.open(options),
      pass: (time) => {
        passed += time;
      },
    };
  }
  warehouseContract('BigQueryWarehouse', setting);
  warehouseSessionContract('BigQueryWarehouse', setting);
});
