import type { PollId } from '../../src/domain/ids.js';
import { isOpen } from '../../src/domain/poll.js';
import type { StepContext, StepDependencies, StepFunction } from '../flows/flow.js';
import { publishResult } from './roll-out.js';
import { readVectors } from './run-vectors.js';

const POLLS_AT_ONCE = 1_000;

/**
 * Puts the vectors of the published version in the place of those before, with what is open now. Gives how many; where the gate
 * refused the version, or a later one is in place, why there are none.
 */
export const indexVectorsStep: StepFunction = async (context, dependencies) => {
  const published = publishResult.parse(await context.result('publish'));
  if ('skipped' in published) return published;
  const { version } = published;
  const vectors = await readVectors(context, dependencies);
  const open = await openOf(vectors.ids, context, dependencies);
  const outcome = await dependencies.neighbours.replace({ ...vectors, version, open });
  if (outcome === 'OLDER') return { skipped: `The vectors in place are of a later version than ${version}.` };
  const result = {
    version,
    polls: vectors.ids.length,
    open: open.filter((is) => is).length,
    dims: vectors.dims,
  };
  context.log.info({ step: 'index-vectors', ...result }, 'indexed vectors');
  return result;
};

/** In the order of the ids. A poll that the catalogue has not got yet may come at any moment, and is not closed. */
async function openOf(
  ids: readonly PollId[],
  { signal, progress }: StepContext,
  { catalogue, clock }: StepDependencies,
): Promise<boolean[]> {
  const now = clock();
  const open: boolean[] = [];
  for (let start = 0; start < ids.length; start += POLLS_AT_ONCE) {
    signal.throwIfAborted();
    const polls = await catalogue.get(ids.slice(start, start + POLLS_AT_ONCE));
    open.push(...polls.map((poll) => poll === null || isOpen(poll, now)));
    progress(open.length / ids.length);
  }
  return open;
}
