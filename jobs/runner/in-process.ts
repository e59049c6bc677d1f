import { HunchError } from '../../src/domain/errors.js';
import type { StepContext, StepDependencies, StepResult } from '../flows/flow.js';
import { stepsBefore } from './step-graph.js';
import type { StepExecutor, StepRequest } from './step-request.js';
import { readStepResult, writeStepResult } from './step-result.js';

/** Runs steps in this process. A step that does not heed its signal is waited for. */
export const inProcess =
  (dependencies: StepDependencies): StepExecutor =>
  async (request) => {
    await runStep(request, dependencies);
  };

/** Does the step in this process, unless this run has done it already, and gives the result that it has left. */
export async function runStep(request: StepRequest, dependencies: StepDependencies): Promise<StepResult> {
  const { flow, step, runId, signal } = request;
  const { runs } = dependencies;
  const place = { flow: flow.name, run: runId };
  const earlier = await readStepResult(runs, place, step.name);
  if (earlier !== null) return earlier;
  signal.throwIfAborted();
  const run = await step.load();
  let bytesProcessed: number | null = null;
  const processed = (bytes: number): void => {
    bytesProcessed = (bytesProcessed ?? 0) + bytes;
  };
  const found = await run(contextOf(request, dependencies, processed), dependencies);
  const result = bytesProcessed === null ? found : { ...found, bytesProcessed };
  await writeStepResult(runs, { ...place, step: step.name }, result);
  // As it reads from the store, so that the same run gives the same whether it was resumed or not.
  return (await readStepResult(runs, place, step.name)) ?? result;
}

function contextOf(
  request: StepRequest,
  { runs }: StepDependencies,
  processed: StepContext['processed'],
): StepContext {
  const { flow, step, runId } = request;
  const before = stepsBefore(flow, step);
  return {
    flow: flow.name,
    runId,
    threads: request.threads,
    memoryMb: request.memoryMb,
    signal: request.signal,
    log: request.log,
    progress: request.progress,
    processed,
    async result(name) {
      if (!before.has(name)) {
        throw new HunchError(
          'INVALID_CONFIGURATION',
          `${step.name} reads the result of "${name}", which it does not come after in ${flow.name}.`,
        );
      }
      const result = await readStepResult(runs, { flow: flow.name, run: runId }, name);
      if (result !== null) return result;
      throw new HunchError(
        'FLOW_FAILED',
        `${step.name} wants the result of ${name}, which the run ${runId} of ${flow.name} has not got. Run ${name} first.`,
      );
    },
  };
}
