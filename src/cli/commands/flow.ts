import { Command } from 'commander';
import type { FlowDefinition, FlowName } from '../../../jobs/flows/flow.js';
import { FLOWS } from '../../../jobs/flows/index.js';
import { dryRunFlow } from '../../../jobs/runner/dry-run.js';
import type { FlowOutcome } from '../../../jobs/runner/flow-runner.js';
import { ParentProcess } from '../../../jobs/runner/step-messages.js';
import { HunchError } from '../../domain/errors.js';
import type { RunId } from '../../domain/ids.js';
import type { Config } from '../../platform/config.js';
import { Shutdown } from '../../platform/shutdown.js';
import { flowArgument, memoryMegabytes, runIdOption, wholeNumber } from '../flow-arguments.js';
import { flowPlanText } from '../flow-plan.js';
import { FlowProgress } from '../flow-progress.js';
import { bytesProcessed, flowSummary } from '../flow-summary.js';
import { flowRunner, newRunId, stepResources } from '../wiring/flow-runs.js';
import { openParts } from '../wiring/parts.js';

interface RunFlags {
  readonly runId?: RunId;
  readonly json?: boolean;
  readonly threads?: number;
  readonly memory?: number;
  readonly inProcess?: boolean;
  readonly dryRun?: boolean;
}

/** `hunch flow`: run a flow, or tell what flows there are. */
export function flowCommand(): Command {
  const run = new Command('run')
    .description(
      'Run a flow to its end. The same run id again takes up what was interrupted and does no work twice.',
    )
    .addArgument(flowArgument())
    .option('--run-id <id>', 'the name of the run (default: a new one, made of the time)', runIdOption)
    .option('--json', 'print one JSON document')
    .option(
      '--threads <number>',
      'threads for each step (default: STEP_THREADS, else all cores)',
      wholeNumber,
    )
    .option('--memory <megabytes>', 'memory for each step (default: STEP_MEMORY_MB)', memoryMegabytes)
    .option('--in-process', 'all steps in this process, instead of one process a step')
    .option('--dry-run', 'tell the statements of each step and the bytes that each would read; run nothing')
    .addHelpText('after', '\nA model that the gate refuses is a successful run that publishes nothing.')
    .action(runFlow);
  const describe = new Command('describe')
    .description('Tell the flows and their steps.')
    .addArgument(flowArgument().argOptional())
    .option('--json', 'print one JSON document')
    .action(describeFlows);
  return new Command('flow')
    .description('Run a flow, or tell what flows there are.')
    .addCommand(run)
    .addCommand(describe);
}

async function runFlow(name: FlowName, flags: RunFlags): Promise<void> {
  if (flags.dryRun === true) return planFlow(name, flags);
  const parts = openParts({ name });
  const shutdown = new Shutdown(parts.log);
  const stopListening = shutdown.listen();
  const progress = new FlowProgress({ stream: process.stderr, clock: parts.clock });
  try {
    const runner = await flowRunner(parts, {
      inProcess: flags.inProcess === true,
      onLine: progress.onLine,
    });
    progress.start();
    const outcome = await runner.run(FLOWS[name], {
      runId: flags.runId ?? newRunId(parts.clock()),
      ...stepResources(parts.config, flags),
      signal: AbortSignal.any([shutdown.signal, new ParentProcess().gone]),
      onChange: progress.onChange,
      onProgress: progress.onProgress,
    });
    progress.stop();
    const { run, results } = outcome;
    process.stdout.write(
      flags.json === true
        ? `${JSON.stringify({ ...run, bytesProcessed: bytesProcessed(results), results }, null, 2)}\n`
        : `${flowSummary(outcome)}\n`,
    );
    if (run.state !== 'SUCCEEDED') throw failure(outcome);
  } finally {
    progress.stop();
    stopListening();
    await parts.close();
  }
}

/** Only the warehouse is opened, so that the plan can be made where nothing else is there yet. */
async function planFlow(name: FlowName, { json = false }: RunFlags): Promise<void> {
  const parts = openParts({ name, quiet: true });
  const shutdown = new Shutdown(parts.log);
  const stopListening = shutdown.listen();
  try {
    const plan = await dryRunFlow(FLOWS[name], {
      warehouse: await parts.warehouse(),
      polarity: parts.config.OPTION_POLARITY,
      signal: shutdown.signal,
    });
    process.stdout.write(`${json ? JSON.stringify(plan, null, 2) : flowPlanText(plan)}\n`);
  } finally {
    stopListening();
    await parts.close();
  }
}

function failure({ run }: FlowOutcome): HunchError {
  const errors = Object.entries(run.steps).flatMap(([name, { error }]) =>
    error === null ? [] : [{ name, ...error }],
  );
  const reasons = errors.map(({ name, code, message }) => `${name}: ${code}: ${message}`).join(' ');
  return new HunchError(
    'FLOW_FAILED',
    `${reasons} To go on where it stopped: hunch flow run ${run.flow} --run-id ${run.id}`,
    { retryable: errors.length > 0 && errors.every(({ retryable }) => retryable) },
  );
}

async function describeFlows(name: FlowName | undefined, flags: { readonly json?: boolean }): Promise<void> {
  const { config } = openParts();
  const flows = Object.values(FLOWS).filter((flow) => name === undefined || flow.name === name);
  if (flags.json === true) {
    const document = { flows: flows.map((flow) => described(flow, config)) };
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  for (const flow of flows) {
    const { schedule, timeZone } = described(flow, config);
    process.stdout.write(`${flow.name}: ${flow.description} Runs at ${schedule} (${timeZone}).\n`);
    for (const step of flow.steps) {
      const after = step.after.length === 0 ? '' : ` (after ${step.after.join(', ')})`;
      process.stdout.write(`  ${step.name.padEnd(15)} ${step.description}${after}\n`);
    }
  }
}

/** A flow as data: what an orchestrator needs to make tasks of it. */
function described({ name, description, steps }: FlowDefinition, config: Config) {
  return {
    name,
    description,
    schedule: name === 'personalise' ? config.PERSONALISE_CRON : config.POPULAR_CRON,
    timeZone: config.SCHEDULE_TIME_ZONE,
    steps: steps.map(({ load: _, ...step }) => step),
  };
}
