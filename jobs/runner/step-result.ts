import { z } from 'zod';
import type { RunStore } from '../../src/datasources/runs/run-store.js';
import type { RunId } from '../../src/domain/ids.js';
import type { StepResult } from '../flows/flow.js';

const stepResult = z.record(z.string(), z.unknown());

const nameOf = (step: string): string => `steps/${step}.json`;

/** What the step has left; null where it is not done in this run. */
export async function readStepResult(
  runs: RunStore,
  { flow, run }: { readonly flow: string; readonly run: RunId },
  step: string,
): Promise<StepResult | null> {
  const document = await runs.readDocument(flow, run, nameOf(step));
  return document === null ? null : stepResult.parse(document);
}

/** Leaves the result, which makes the step done in this run, for ever. */
export const writeStepResult = (
  runs: RunStore,
  { flow, run, step }: { readonly flow: string; readonly run: RunId; readonly step: string },
  result: StepResult,
): Promise<void> => runs.writeDocument(flow, run, nameOf(step), result);
