import { HunchError } from '../../src/domain/errors.js';
import type { FlowDefinition, StepDefinition } from '../flows/flow.js';

/** The step of that name. Throws INVALID_CONFIGURATION, naming the steps there are. */
export function stepOf(flow: FlowDefinition, name: string): StepDefinition {
  const step = flow.steps.find((each) => each.name === name);
  if (step !== undefined) return step;
  const known = flow.steps.map((each) => each.name).join(', ');
  throw new HunchError(
    'INVALID_CONFIGURATION',
    `${flow.name} has no step "${name}". Its steps are ${known}.`,
  );
}

/** Throws INVALID_CONFIGURATION where two steps share a name, a step comes after an unknown one, or after itself. */
export function checkFlow(flow: FlowDefinition): void {
  const names = new Set<string>();
  for (const { name } of flow.steps) {
    if (names.has(name)) {
      throw new HunchError('INVALID_CONFIGURATION', `${flow.name} has two steps named "${name}".`);
    }
    names.add(name);
  }
  for (const step of flow.steps) {
    if (stepsBefore(flow, step).has(step.name)) {
      throw new HunchError(
        'INVALID_CONFIGURATION',
        `In ${flow.name} the step "${step.name}" waits for itself; take one of its "after" away.`,
      );
    }
  }
}

/** The names of all steps that end before `step` begins. */
export function stepsBefore(flow: FlowDefinition, step: StepDefinition): ReadonlySet<string> {
  const before = new Set<string>();
  const waiting = [...step.after];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (before.has(name)) continue;
    before.add(name);
    waiting.push(...stepOf(flow, name).after);
  }
  return before;
}
