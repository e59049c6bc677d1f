import { Registry } from '../../src/registry/registry.js';
import { MODEL_OF_FLOW, type StepFunction } from '../flows/flow.js';
import { publishResult } from './roll-out.js';

/** Tells subscribers of the new champion once every ready replica serves it, and removes versions beyond those kept. */
export const announceStep: StepFunction = async (context, dependencies) => {
  const published = publishResult.parse(await context.result('publish'));
  if ('skipped' in published) return published;
  const model = MODEL_OF_FLOW[context.flow];
  const registry = new Registry(dependencies);
  const { champion } = await registry.announce(model, context.signal);
  const removed = await registry.prune(model);
  if (champion !== published.version) {
    context.log.warn({ step: 'announce', champion }, 'another version was promoted in the meantime');
  }
  return { version: champion, removed };
};
