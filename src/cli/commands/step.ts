import { Command } from 'commander';
import type { FlowName } from '../../../jobs/flows/flow.js';
import { FLOWS } from '../../../jobs/flows/index.js';
import { runStep } from '../../../jobs/runner/in-process.js';
import { faultOf } from '../../../jobs/runner/step-fault.js';
import { stepOf } from '../../../jobs/runner/step-graph.js';
import { ParentProcess, TRY_AGAIN } from '../../../jobs/runner/step-messages.js';
import { HunchError } from '../../domain/errors.js';
import type { RunId } from '../../domain/ids.js';
import { Shutdown } from '../../platform/shutdown.js';
import { flowArgument, memoryMegabytes, runIdOption, wholeNumber } from '../flow-arguments.js';
import { stepDependencies, stepResources } from '../wiring/flow-runs.js';
import { openParts } from '../wiring/parts.js';

interface StepFlags {
  readonly runId: RunId;
  readonly threads?: number;
  readonly memory?: number;
}

/** `hunch step`: one step of one run, for runners of flows that start a process a step. */
export function stepCommand(): Command {
  return new Command('step')
    .description(
      'Do one step of a flow and print its result as JSON. Done again with the same run id, it does nothing.',
    )
    .addArgument(flowArgument())
    .argument('<step>', 'its name; `hunch flow describe` lists them')
    .requiredOption('--run-id <id>', 'the run that the step belongs to', runIdOption)
    .option('--threads <number>', 'threads to use (default: STEP_THREADS, else all cores)', wholeNumber)
    .option('--memory <megabytes>', 'memory to use (default: STEP_MEMORY_MB)', memoryMegabytes)
    .addHelpText('after', '\nExit codes: 0 done, 75 try again later, 1 no use in trying again, 2 wrong use.')
    .action(doStep);
}

async function doStep(this: Command, flowName: FlowName, stepName: string, flags: StepFlags): Promise<void> {
  const flow = FLOWS[flowName];
  if (!flow.steps.some(({ name }) => name === stepName)) {
    this.error(
      `error: ${flowName} has the steps ${flow.steps.map(({ name }) => name).join(', ')}; got '${stepName}'`,
    );
  }
  const step = stepOf(flow, stepName);
  const parts = openParts({ name: `${flow.name}.${step.name}` });
  const shutdown = new Shutdown(parts.log);
  const stopListening = shutdown.listen();
  const parent = new ParentProcess();
  const signal = AbortSignal.any([shutdown.signal, parent.gone]);
  try {
    const result = await runStep(
      {
        flow,
        step,
        runId: flags.runId,
        ...stepResources(parts.config, flags),
        signal,
        log: parts.log,
        progress: (done) => parent.tell({ type: 'PROGRESS', done }),
      },
      await stepDependencies(parts),
    );
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  } catch (cause) {
    const error = signal.aborted
      ? new HunchError('FLOW_FAILED', `${step.name} was called off.`, { cause, retryable: true })
      : cause;
    const fault = faultOf(error);
    const told = parent.tell({ type: 'FAILED', ...fault });
    if (!told || !(error instanceof HunchError)) throw error;
    // The run's process says it.
    process.exitCode = fault.retryable ? TRY_AGAIN : 1;
  } finally {
    stopListening();
    await parts.close();
  }
}
