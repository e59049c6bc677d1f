import type { Candidate } from '../candidate.js';
import type { LiveCatalogue } from '../live-catalogue.js';
import type { Strategy, StrategyInput, StrategyOutcome } from '../strategy.js';

/** The catalogue by creation time, newest first. Never fails. */
export class NewestStrategy implements Strategy {
  readonly #catalogue: LiveCatalogue;

  constructor(catalogue: LiveCatalogue) {
    this.#catalogue = catalogue;
  }

  choose(input: StrategyInput): Promise<StrategyOutcome> {
    const candidates: Candidate[] = [];
    for (const poll of this.#catalogue.newest()) {
      if (!input.allowed(poll)) continue;
      candidates.push({ poll, score: this.#catalogue.stats(poll.id).score, kind: 'POPULAR', because: null });
      if (candidates.length >= input.wanted) break;
    }
    return Promise.resolve({ status: 'ANSWERED', answer: { source: 'POPULAR', model: null, candidates } });
  }
}
