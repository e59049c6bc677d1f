import type { FeatureStore } from '../../datasources/features/feature-store.js';
import { userId } from '../../domain/ids.js';
import type { PollLists } from '../../recommend/poll-lists.js';

const ROUNDS = 20;

/**
 * Asks for some recommendations before the service says it is ready: the first answers, made while code is compiled and
 * connections are opened, would run over their time.
 */
export async function warmUp(lists: PollLists, features: Pick<FeatureStore, 'sample'>): Promise<void> {
  const known = await features.sample(ROUNDS).catch(() => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    await lists.recommendations({
      userId: known[round % Math.max(1, known.length)] ?? userId('warm-up'),
      first: 10,
      after: null,
      filter: {},
      context: { topics: [], languages: [] },
      scenario: 'warm-up',
      personalised: true,
    });
  }
}
