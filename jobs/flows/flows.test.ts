import { describe, expect, it } from 'vitest';
import { nextTimes } from '../../src/platform/cron.js';
import { checkFlow, stepOf, stepsBefore } from '../runner/step-graph.js';
import { FLOW_NAMES } from './flow.js';
import { FLOWS, flowOf } from './index.js';

const namesBefore = (flow: keyof typeof FLOWS, step: string) => [
  ...stepsBefore(FLOWS[flow], stepOf(FLOWS[flow], step)),
];

describe.each(FLOW_NAMES)('the flow %s', (name) => {
  const flow = FLOWS[name];

  it('has steps in an order, a schedule, and sane limits', () => {
    expect(flowOf(name)).toBe(flow);
    checkFlow(flow);
    expect(nextTimes({ expression: flow.schedule, timeZone: 'UTC' }, 1)).toHaveLength(1);
    for (const step of flow.steps) {
      expect(step.name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(step.description).toMatch(/\.$/);
      expect(step.timeoutSeconds).toBeGreaterThan(0);
      expect(step.retries).toBeGreaterThanOrEqual(0);
    }
  });

  it('has a function for each step', async () => {
    for (const step of flow.steps) expect(await step.load()).toBeTypeOf('function');
  });

  it('is data but for the functions of its steps', () => {
    const { steps, ...rest } = flow;
    const plain = { ...rest, steps: steps.map(({ load: _, ...step }) => step) };
    expect(JSON.parse(JSON.stringify(plain))).toEqual(plain);
  });

  it('announces what was evaluated, gated, published and rolled out, in this order', () => {
    expect(namesBefore(name, 'gate')).toContain('evaluate');
    expect(namesBefore(name, 'publish')).toContain('gate');
    expect(namesBefore(name, 'roll-out')).toContain('publish');
    expect(namesBefore(name, 'announce')).toContain('roll-out');
  });
});

describe('the order of steps', () => {
  it('lets features and training run side by side', () => {
    expect(namesBefore('personalise', 'train')).not.toContain('features');
    expect(namesBefore('personalise', 'index-features')).not.toContain('train');
    for (const step of ['features', 'count']) expect(namesBefore('personalise', step)).toContain('clean');
    expect(namesBefore('popular', 'score')).not.toContain('index-polls');
    expect(namesBefore('popular', 'index-polls')).not.toContain('score');
    // Both read the counts; made by either of them, they would be made twice.
    for (const step of ['score', 'index-polls']) expect(namesBefore('popular', step)).toContain('count');
  });

  it('brings in the vectors of a version that serves', () => {
    expect(namesBefore('personalise', 'index-vectors')).toEqual(
      expect.arrayContaining(['train', 'roll-out']),
    );
  });

  it('validates before it cleans', () => {
    expect(namesBefore('personalise', 'clean')).toEqual(expect.arrayContaining(['validate', 'extract']));
  });

  it('says which flows there are', () => {
    expect(() => flowOf('nightly')).toThrow(/personalise, popular/);
  });
});
