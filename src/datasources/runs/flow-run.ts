import { z } from 'zod';
import { ERROR_CODES, HunchError } from '../../domain/errors.js';
import type { RunId } from '../../domain/ids.js';
import type { LeaseStore } from '../leases/lease-store.js';
import type { RunStore } from './run-store.js';

const stepRun = z.object({
  state: z.enum(['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED']),
  /** Tries so far, those of an earlier, interrupted run included. */
  attempts: z.number().int(),
  startedAt: z.number().nullable(),
  finishedAt: z.number().nullable(),
  error: z.object({ code: z.enum(ERROR_CODES), message: z.string(), retryable: z.boolean() }).nullable(),
});
export type StepRun = Readonly<z.infer<typeof stepRun>>;

const flowRun = z.object({
  id: z.string().transform((value) => value as RunId),
  flow: z.string(),
  /** ABANDONED: its process ended without a word. */
  state: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'ABANDONED']),
  startedAt: z.number(),
  finishedAt: z.number().nullable(),
  /** When the run last said that it is alive. */
  heartbeat: z.number(),
  steps: z.record(z.string(), stepRun),
});

/** A run of a flow and its steps, as `run.json` in the run store tells it. */
export type FlowRun = Readonly<z.infer<typeof flowRun>>;

const RUN_DOCUMENT = 'run.json';

/** The lease that a scheduler of our own holds while it runs flows by the clock. */
export const SCHEDULER_LEASE = 'scheduler';

/** The lease that a flow holds while it runs: one run a flow at a time. */
export const flowLease = (flow: string): string => `flow-${flow}`;

/** What the run says of itself, which may be RUNNING long after its process is dead; null where it has no document. */
export async function readFlowRun(runs: RunStore, flow: string, id: RunId): Promise<FlowRun | null> {
  const document = await runs.readDocument(flow, id, RUN_DOCUMENT);
  if (document === null) return null;
  const parsed = flowRun.safeParse(document);
  if (parsed.success) return parsed.data;
  throw new HunchError(
    'INVALID_DATA',
    `${RUN_DOCUMENT} of the run ${id} of ${flow} is not readable: ${parsed.error.message}`,
  );
}

export const writeFlowRun = (runs: RunStore, run: FlowRun): Promise<void> =>
  runs.writeDocument(run.flow, run.id, RUN_DOCUMENT, run);

/** All runs of a flow that have a document, the one started last first. */
export async function listFlowRuns(runs: RunStore, flow: string): Promise<FlowRun[]> {
  const found: FlowRun[] = [];
  for (const id of await runs.list(flow)) {
    const run = await readFlowRun(runs, flow, id);
    if (run !== null) found.push(run);
  }
  return found.sort((a, b) => b.startedAt - a.startedAt);
}

export interface RunsAndLeases {
  readonly runs: RunStore;
  readonly leases: LeaseStore;
}

/** The run of a flow that was started last; ABANDONED where it says RUNNING and nobody holds the flow's lease. */
export async function lastFlowRun({ runs, leases }: RunsAndLeases, flow: string): Promise<FlowRun | null> {
  const [last] = await listFlowRuns(runs, flow);
  if (last === undefined || last.state !== 'RUNNING') return last ?? null;
  if ((await leases.holder(flowLease(flow))) !== null) return last;
  // It may have ended between the two looks: a run writes its end before it gives the lease back.
  const again = await readFlowRun(runs, flow, last.id);
  return again?.state === 'RUNNING' ? { ...again, state: 'ABANDONED' } : again;
}
