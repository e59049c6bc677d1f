import type { Poll } from '../../domain/poll.js';
import { trendingScore } from '../../domain/popularity.js';
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
      const score = this.#scoreOf(poll);
      const kind = this.#trending && score > 1 ? 'TRENDING' : 'POPULAR';
      candidates.push({ poll, score, kind, because: null });
      if (candidates.length >= enough) break;
    }
    return Promise.resolve({ status: 'ANSWERED', answer: { source: 'FALLBACK', model: null, candidates } });
  }

  #order(): readonly Poll[] {
    if (!this.#trending) return this.#catalogue.popular();
    return this.#catalogue
      .popular()
      .map((poll) => ({ poll, score: this.#scoreOf(poll) }))
      .sort((a, b) => b.score - a.score)
      .map(({ poll }) => poll);
  }

  #scoreOf(poll: Poll): number {
    const { score, trend } = this.#catalogue.stats(poll.id);
    return this.#trending ? trendingScore(trend, score) : score;
  }
}
