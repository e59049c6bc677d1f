import type { Poll } from '../../domain/poll.js';
import type { Candidate } from '../candidate.js';
import type { LiveCatalogue } from '../live-catalogue.js';
import type { Strategy, StrategyInput, StrategyOutcome } from '../strategy.js';

/** What stands in when no predictor answers: the catalogue in memory, by the counts it last got. Never fails. */
export class LastKnownGoodStrategy implements Strategy {
  readonly #catalogue: LiveCatalogue;
  readonly #trending: boolean;

  constructor(catalogue: LiveCatalogue, order: 'POPULAR' | 'TRENDING' = 'POPULAR') {
    this.#catalogue = catalogue;
    this.#trending = order === 'TRENDING';
  }

  choose(input: StrategyInput): Promise<StrategyOutcome> {
    const candidates: Candidate[] = [];
    const enough = input.wanted * 4;
    for (const poll of this.#order()) {
      if (!input.allowed(poll)) continue;
      const { score, trend } = this.#catalogue.stats(poll.id);
      const kind = this.#trending ? 'TRENDING' : 'POPULAR';
      candidates.push({ poll, score: this.#trending ? trend : score, kind, because: null });
      if (candidates.length >= enough) break;
    }
    return Promise.resolve({ status: 'ANSWERED', answer: { source: 'FALLBACK', model: null, candidates } });
  }

  #order(): readonly Poll[] {
    if (!this.#trending) return this.#catalogue.popular();
    return [...this.#catalogue.newest()].sort(
      (a, b) => this.#catalogue.stats(b.id).trend - this.#catalogue.stats(a.id).trend,
    );
  }
}
