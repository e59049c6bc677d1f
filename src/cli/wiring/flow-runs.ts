import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { StepDependencies } from '../../../jobs/flows/flow.js';
import { childProcess } from '../../../jobs/runner/child-process.js';
import { FlowRunner } from '../../../jobs/runner/flow-runner.js';
import { inProcess } from '../../../jobs/runner/in-process.js';
import type { StepExecutor } from '../../../jobs/runner/step-request.js';
import type { Command } from '../../../jobs/runner/supervised-child.js';
import { type RunId, runId } from '../../domain/ids.js';
import type { Millis } from '../../domain/time.js';
import type { Config } from '../../platform/config.js';
import { packageRoot } from '../../platform/package-root.js';
import type { Parts } from './parts.js';

/** This very program, for processes that it starts. */
export const hunchCommand = (): Command => [process.execPath, join(packageRoot(), 'bin', 'hunch.js')];

/** What a step may use of this machine, where the command line does not say. */
export const stepResources = (
  config: Config,
  flags: { readonly threads?: number | undefined; readonly memory?: number | undefined },
): { readonly threads: number; readonly memoryMb: number } => ({
  threads: flags.threads ?? config.STEP_THREADS ?? availableParallelism(),
  memoryMb: flags.memory ?? config.STEP_MEMORY_MB,
});

/** A name for a new run, such as `20261123T184500Z-3fa9c1`: sorts by time. */
export function newRunId(now: Millis): RunId {
  const time = new Date(now)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '');
  return runId(`${time}-${randomBytes(3).toString('hex')}`);
}

/** Opens all that steps may need. */
export async function stepDependencies(parts: Parts): Promise<StepDependencies> {
  const [warehouse, features, catalogue, neighbours, modelStore, runs, models] = await Promise.all([
    parts.warehouse(),
    parts.features(),
    parts.catalogue(),
    parts.neighbours(),
    parts.modelStore(),
    parts.runs(),
    parts.models(),
  ]);
  const { OPTION_POLARITY: polarity, KEEP_VERSIONS: keepVersions } = parts.config;
  return {
    openModel: async (path) => {
      const { OnnxSession } = await import('../../predictor/onnx-session.js');
      return OnnxSession.load(path);
    },
    warehouse,
    features,
    catalogue,
    neighbours,
    modelStore,
    runs,
    models,
    polarity,
    keepVersions,
    clock: parts.clock,
  };
}

export interface FlowRunnerOptions {
  /** Steps in this process, instead of one process a step. */
  readonly inProcess: boolean;
  /** Told each line that the processes of steps log. */
  readonly onLine: (line: string) => void;
}

/** The runner of flows over the parts. */
export async function flowRunner(parts: Parts, options: FlowRunnerOptions): Promise<FlowRunner> {
  const execute: StepExecutor = options.inProcess
    ? inProcess(await stepDependencies(parts))
    : childProcess({ command: hunchCommand(), onLine: options.onLine });
  return new FlowRunner({
    runs: await parts.runs(),
    leases: await parts.leases(),
    execute,
    removeTables: async (flow, run) => (await parts.warehouse()).removeRun(flow, run),
    clock: parts.clock,
    log: parts.log,
  });
}
