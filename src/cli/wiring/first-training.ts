import type { FlowName } from '../../../jobs/flows/flow.js';
import { runSupervised } from '../../../jobs/runner/supervised-child.js';
import { HunchError } from '../../domain/errors.js';
import { MODEL_NAMES, type ModelName } from '../../domain/model.js';
import { hunchCommand } from './flow-runs.js';
import type { Parts } from './parts.js';

const FLOW_OF: Readonly<Record<ModelName, FlowName>> = { PERSONALISATION: 'personalise', POPULAR: 'popular' };

export interface FirstTrainingOptions {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

async function train(model: ModelName, parts: Parts, { say, signal }: FirstTrainingOptions): Promise<void> {
  const flow = FLOW_OF[model];
  const started = performance.now();
  say(`Training ${model}: flow ${flow} …`);
  const lines: string[] = [];
  // One process for the whole flow: quicker than one a step, and its memory is given back.
  const { code } = await runSupervised(hunchCommand(), ['flow', 'run', flow, '--in-process', '--json'], {
    signal,
    onLine: (line) => lines.push(line),
  });
  signal.throwIfAborted();
  const { champion } = await (await parts.registry()).read(model);
  if (code !== 0 || champion === null) {
    // The log of the steps is worth a look only now.
    for (const line of lines) process.stderr.write(`${line}\n`);
    throw new HunchError(
      'FLOW_FAILED',
      `Flow ${flow} published no model; \`hunch flow run ${flow}\` shows each step`,
    );
  }
  say(`Trained ${model} ${champion} in ${((performance.now() - started) / 1_000).toFixed(1)} s`);
}

/** Runs the flow of each model that has no version yet, side by side. Rejects with FLOW_FAILED. */
export async function trainWhereMissing(parts: Parts, options: FirstTrainingOptions): Promise<void> {
  const registry = await parts.registry();
  const champions = await Promise.all(
    MODEL_NAMES.map(async (model) => (await registry.read(model)).champion),
  );
  await Promise.all(
    MODEL_NAMES.filter((_, index) => champions[index] === null).map((model) => train(model, parts, options)),
  );
}
