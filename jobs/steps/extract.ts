import { z } from 'zod';
import { listFlowRuns } from '../../src/datasources/runs/flow-run.js';
import type { StepContext, StepDependencies, StepFunction } from '../flows/flow.js';
import { readStepResult } from '../runner/step-result.js';

/** What a run reads, as later steps and runs see it. */
const extracted = z.object({
  through: z.number().nullable(),
  events: z.number(),
  polls: z.number(),
  topics: z.number(),
  userChanges: z.number(),
});

/** Where the last run that succeeded had got to. */
export type Watermark = z.infer<typeof extracted> & { readonly run: string };

/**
 * Names the state of the warehouse that all steps of the run read, after merging its small files, and has it kept. Gives `snapshot`,
 * `through` (the newest recording, null where there is none), `events`, `polls`, `topics`, `userChanges` as stored,
 * `previous`: the same of the last run that succeeded, null for the first, `fresh`: how many rows of each have come since, and
 * `passedOver`: how many rows of the app's own tables were looked at that lack a user, a poll or a time.
 */
export const extractStep: StepFunction = async (context, dependencies) => {
  const { warehouse } = dependencies;
  const previous = await previousWatermark(context, dependencies);
  await warehouse.compact();
  context.signal.throwIfAborted();
  let passedOver = 0;
  const { id, through, rows } = await warehouse.holdSnapshot(context.flow, context.runId, {
    onProcessed: context.processed,
    onPassedOver: (more) => {
      passedOver += more;
    },
  });
  const fresh = {
    events: rows.events - (previous?.events ?? 0),
    polls: rows.polls - (previous?.polls ?? 0),
    topics: rows.topics - (previous?.topics ?? 0),
    userChanges: rows.userChanges - (previous?.userChanges ?? 0),
  };
  context.log.info(
    { step: 'extract', snapshot: id, through, events: rows.events, fresh, since: previous?.run ?? null },
    'the run reads this state of the warehouse',
  );
  if (passedOver > 0) {
    context.log.warn({ step: 'extract', passedOver }, 'rows of the app lack a user, a poll or a time');
  }
  return { snapshot: id, through, ...rows, fresh, passedOver, previous };
};

async function previousWatermark(
  { flow, runId }: StepContext,
  { runs }: StepDependencies,
): Promise<Watermark | null> {
  for (const run of await listFlowRuns(runs, flow)) {
    if (run.id === runId || run.state !== 'SUCCEEDED') continue;
    const result = extracted.safeParse(await readStepResult(runs, { flow, run: run.id }, 'extract'));
    if (result.success) return { ...result.data, run: run.id };
  }
  return null;
}
