import { hasSignal, historyTokens } from '../../domain/features.js';
import type { LiveCatalogue } from '../live-catalogue.js';
import { callOptions, failureReason, type ModelAccess } from '../model-access.js';
import type { Strategy, StrategyInput, StrategyOutcome } from '../strategy.js';
import { contextTokens, topCandidates } from './top-candidates.js';

/**
 * Polls whose votes would tell most about a user, by the personalisation model's own onboarding file. A user of whom nothing is
 * known gets them too: the model answers, so the source is PERSONALISED, and the reason NO_FEATURES says that the list is not
 * personal yet. Fails where the version that serves holds no such file.
 */
export class OnboardingStrategy implements Strategy {
  readonly #access: ModelAccess;
  readonly #catalogue: LiveCatalogue;

  constructor(access: ModelAccess, catalogue: LiveCatalogue) {
    this.#access = access;
    this.#catalogue = catalogue;
  }

  async choose(input: StrategyInput): Promise<StrategyOutcome> {
    const { features } = input;
    const tokens = features === null ? [] : historyTokens(features);
    const history = [...tokens, ...contextTokens(input.context)];
    const isKnown = features !== null && hasSignal(features);
    try {
      const { candidates, version } = await topCandidates(input, {
        catalogue: this.#catalogue,
        ask: (exclude, limit) =>
          this.#access.models.onboardingPolls(
            { history, exclude, limit },
            callOptions(this.#access, 'PERSONALISATION', input),
          ),
        toCandidate: (poll, { score }) => ({ poll, score, kind: 'ONBOARDING', because: null }),
      });
      const model = version === null ? null : { name: 'PERSONALISATION' as const, version };
      const answer = { source: 'PERSONALISED' as const, model, candidates };
      return { status: 'ANSWERED', answer, ...(isKnown ? {} : { reason: 'NO_FEATURES' }) };
    } catch (error) {
      return { status: 'FAILED', reason: failureReason(error, 'PERSONALISATION') };
    }
  }
}
