import type { StepDefinition } from './flow.js';

/** How any model gets from its evaluation to the replicas: the end of every flow, after `evaluate`. */
export const RELEASE_STEPS: readonly StepDefinition[] = [
  {
    name: 'gate',
    description: 'Decides whether the new model may serve. A refusal is a result, not an error.',
    after: ['evaluate'],
    retries: 1,
    timeoutSeconds: 60,
    size: 'small',
    load: async () => (await import('../steps/gate.js')).gateStep,
  },
  {
    name: 'publish',
    description: 'Puts the files into the model store as a new version, and the version into the registry.',
    after: ['gate'],
    retries: 5,
    timeoutSeconds: 900,
    size: 'small',
    load: async () => (await import('../steps/publish.js')).publishStep,
  },
  {
    name: 'roll-out',
    description: 'Loads the version on every replica beside the old one, then moves the pointer.',
    after: ['publish'],
    retries: 5,
    timeoutSeconds: 900,
    size: 'small',
    load: async () => (await import('../steps/roll-out.js')).rollOutStep,
  },
  {
    name: 'announce',
    description: 'Tells subscribers once every ready replica serves the version, and removes old versions.',
    after: ['roll-out'],
    retries: 5,
    timeoutSeconds: 900,
    size: 'small',
    load: async () => (await import('../steps/announce.js')).announceStep,
  },
];
