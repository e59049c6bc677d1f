import { Counter } from 'prom-client';
import type { RejectedRecords } from '../../datasources/outbox/rejected-records.js';
import type { Log } from '../../platform/log.js';
import type { Metrics } from '../../platform/metrics.js';

/** The same records kept, and each counted and logged. */
export function watchedRejectedRecords(
  records: RejectedRecords,
  { log, metrics }: { readonly log: Log; readonly metrics: Metrics },
): RejectedRecords {
  const counter = new Counter({
    name: 'hunch_outbox_rejected_records_total',
    help: 'Records that the warehouse refused, and that are kept in DATA_DIR/outbox-rejected.',
    labelNames: ['type'],
    registers: [metrics],
  });
  return {
    async keep(rejected) {
      await records.keep(rejected);
      const { type } = rejected.record;
      counter.inc({ type });
      log.error({ type, reason: rejected.reason }, 'the warehouse refused a record; it is kept aside');
    },
  };
}
