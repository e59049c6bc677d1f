import type { FeatureStore } from '../../datasources/features/feature-store.js';
import { userId } from '../../domain/ids.js';
import type { PollLists } from '../../recommend/poll-lists.js';

const GOOD_IN_A_ROW = 20;
const MOST_ROUNDS = 300;

/**
 * Asks for recommendations before the service says it is ready, until a row of answers came without a fallback: the first
 * ones, made while code is compiled and connections are opened, would run over their time. Gives up after 300, since a
 * service whose predictors are away must start, too.
 */
export async function warmUp(lists: PollLists, features: Pick<FeatureStore, 'sample'>): Promise<void> {
  const known = await features.sample(GOOD_IN_A_ROW).catch(() => []);
  let good = 0;
  for (let round = 0; round < MOST_ROUNDS && good < GOOD_IN_A_ROW; round += 1) {
    const { fallbackReason } = await lists.recommendations({
      userId: known[round % Math.max(1, known.length)] ?? userId('nobody'),
      first: 10,
      after: null,
      filter: {},
      context: { topics: [], languages: [] },
      scenario: 'home',
      personalised: true,
    });
    good = fallbackReason === null || fallbackReason === 'NO_FEATURES' ? good + 1 : 0;
  }
}
