import { type Scheduler, startScheduler as startFlows } from '../../../jobs/runner/scheduler.js';
import { TRY_AGAIN } from '../../../jobs/runner/step-messages.js';
import { runSupervised } from '../../../jobs/runner/supervised-child.js';
import type { Lease, LeaseStore } from '../../datasources/leases/lease-store.js';
import { flowLease, lastFlowRun, SCHEDULER_LEASE } from '../../datasources/runs/flow-run.js';
import { HunchError } from '../../domain/errors.js';
import { SECOND } from '../../domain/time.js';
import { hunchCommand } from './flow-runs.js';
import type { Parts } from './parts.js';

/** How soon one of several schedulers says that it runs, once the one that said so has gone. */
const CLAIM_EVERY_MS = 10 * SECOND;

/** Says by a lease that a scheduler runs, so that the API can tell when a flow runs next. Any number of them may run. */
function holdSchedulerLease(leases: LeaseStore, onError: (error: unknown) => void): () => Promise<void> {
  let lease: Lease | null = null;
  const claim = async (): Promise<void> => {
    if (lease !== null && !lease.lost.aborted) return;
    const outcome = await leases.acquire(SCHEDULER_LEASE);
    lease = outcome.status === 'ACQUIRED' ? outcome.lease : null;
  };
  let claiming = claim().catch(onError);
  const timer = setInterval(() => {
    claiming = claiming.then(claim).catch(onError);
  }, CLAIM_EVERY_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await claiming;
    await lease?.release();
  };
}

/** Runs both flows by the clock, each run a process of its own. */
export async function startScheduler(parts: Parts): Promise<Scheduler> {
  const { config, clock, log } = parts;
  const [runs, leases] = await Promise.all([parts.runs(), parts.leases()]);
  const timeZone = config.SCHEDULE_TIME_ZONE;
  const scheduler = await startFlows({
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
  const release = holdSchedulerLease(leases, (error) =>
    log.warn({ err: error }, 'a store does not answer; trying again'),
  );
  return {
    async stop(options) {
      await scheduler.stop(options);
      await release();
    },
  };
}
