import { HunchError } from '../../src/domain/errors.js';
import type { FlowDefinition, FlowName } from './flow.js';
import { personaliseFlow } from './personalise.js';
import { popularFlow } from './popular.js';

/** Every flow there is, by name. */
export const FLOWS: Readonly<Record<FlowName, FlowDefinition>> = {
  personalise: personaliseFlow,
  popular: popularFlow,
};

/** The flow of that name. Throws NOT_FOUND, naming those there are. */
export function flowOf(name: string): FlowDefinition {
  const flow = Object.values(FLOWS).find((each) => each.name === name);
  if (flow !== undefined) return flow;
  throw new HunchError(
    'NOT_FOUND',
    `There is no flow "${name}". Flows are ${Object.keys(FLOWS).join(', ')}.`,
  );
}
