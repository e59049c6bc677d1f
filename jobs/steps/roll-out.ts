import { z } from 'zod';
import { modelVersion } from '../../src/domain/ids.js';
import { Registry } from '../../src/registry/registry.js';
import { MODEL_OF_FLOW, type StepFunction } from '../flows/flow.js';

/** The result of `publish`: a version, or why there is none. */
export const publishResult = z.union([
  z.object({ version: z.string().transform(modelVersion) }),
  z.object({ skipped: z.string() }),
]);

/** Makes the published version the champion: every replica loads it beside the old one, then the pointer moves. */
export const rollOutStep: StepFunction = async (context, dependencies) => {
  const published = publishResult.parse(await context.result('publish'));
  if ('skipped' in published) return published;
  const registry = new Registry(dependencies);
  const { version, previousVersion, replicas } = await registry.promote(
    MODEL_OF_FLOW[context.flow],
    published.version,
  );
  const note =
    replicas === 0
      ? 'No replica is up: the pointer moved, and replicas serve the version once they start.'
      : `Loaded on ${replicas} replica${replicas === 1 ? '' : 's'}.`;
  context.log.info({ step: 'roll-out', version, previousVersion, replicas }, note);
  return { version, previousVersion, replicas, note };
};
