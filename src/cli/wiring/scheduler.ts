import { type Scheduler, startScheduler as startFlows } from '../../../jobs/runner/scheduler.js';
import { TRY_AGAIN } from '../../../jobs/runner/step-messages.js';
import { runSupervised } from '../../../jobs/runner/supervised-child.js';
import { flowLease, lastFlowRun } from '../../datasources/runs/flow-run.js';
import { HunchError } from '../../domain/errors.js';
import { hunchCommand } from './flow-runs.js';
import type { Parts } from './parts.js';

/** Runs both flows by the clock, each run a process of its own. */
export async function startScheduler(parts: Parts): Promise<Scheduler> {
  const { config, clock, log } = parts;
  const [runs, leases] = await Promise.all([parts.runs(), parts.leases()]);
  const timeZone = config.SCHEDULE_TIME_ZONE;
  return startFlows({
    schedules: {
      personalise: { expression: config.PERSONALISE_CRON, timeZone },
      popular: { expression: config.POPULAR_CRON, timeZone },
    },
    lastStart: async (flow) => (await lastFlowRun({ runs, leases }, flow))?.startedAt ?? null,
    async run(flow, signal) {
      const holder = await leases.holder(flowLease(flow));
      if (holder !== null) throw new HunchError('CONFLICT', `${flow} is running already: ${holder.owner}.`);
      const { code, killedBy } = await runSupervised(hunchCommand(), ['flow', 'run', flow, '--json'], {
        signal,
        onLine: (line) => process.stderr.write(`${line}\n`),
      });
      if (code === 0) return;
      const how = killedBy === null ? `exit code ${code}` : `signal ${killedBy}`;
      throw new HunchError('FLOW_FAILED', `${flow} ended with ${how}; see its log above.`, {
        retryable: code === TRY_AGAIN,
      });
    },
    clock,
    log,
  });
}
