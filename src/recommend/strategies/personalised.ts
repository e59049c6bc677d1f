import { hasSignal, historyTokens, type UserFeatures } from '../../domain/features.js';
import type { Poll } from '../../domain/poll.js';
import type { Candidate, CandidateKind } from '../candidate.js';
import type { LiveCatalogue } from '../live-catalogue.js';
import { callOptions, failureReason, type ModelAccess } from '../model-access.js';
import { narrows } from '../poll-filter.js';
import type { Strategy, StrategyInput, StrategyOutcome } from '../strategy.js';
import { contextTokens, type RankedCandidates, topCandidates } from './top-candidates.js';

/** Up to this many polls that pass a narrow filter are ranked one by one; above it the best of all are asked for. */
export const CANDIDATE_LIMIT = 2_000;
/** The best by the model's own blend that are scored again where a scenario has another one. */
const BLENDED_CANDIDATES = 200;

/** What spoke for the poll: a vote or an interest that the model names, else a topic the user votes on, else the votes of all. */
export function kindOf(poll: Poll, because: string | null, features: UserFeatures | null): CandidateKind {
  if (because !== null) return because.startsWith('@') ? 'YOUR_INTERESTS' : 'BECAUSE_YOU_VOTED';
  const known = features?.affinities.some(({ topic }) => poll.topics.includes(topic)) ?? false;
  return known ? 'YOUR_INTERESTS' : 'POPULAR';
}

/** The personalisation model, for users of whom a vote, a skip or an interest is known. */
export class PersonalisedStrategy implements Strategy {
  readonly #access: ModelAccess;
  readonly #catalogue: LiveCatalogue;

  constructor(access: ModelAccess, catalogue: LiveCatalogue) {
    this.#access = access;
    this.#catalogue = catalogue;
  }

  async choose(input: StrategyInput): Promise<StrategyOutcome> {
    const { features } = input;
    if (features === null || !hasSignal(features)) return { status: 'NOT_APPLICABLE', reason: 'NO_FEATURES' };
    const history = [...historyTokens(features), ...contextTokens(input.context)];
    try {
      const ranked = narrows(input.filter) ? this.#openPolls(input) : null;
      const { candidates, version } =
        ranked !== null && ranked.length < CANDIDATE_LIMIT
          ? await this.#rank(input, history, ranked)
          : await this.#top(input, history);
      const model = version === null ? null : { name: 'PERSONALISATION' as const, version };
      return { status: 'ANSWERED', answer: { source: 'PERSONALISED', model, candidates } };
    } catch (error) {
      return { status: 'FAILED', reason: failureReason(error, 'PERSONALISATION') };
    }
  }

  /** The polls that may be shown, but no more of them than are ranked one by one. */
  #openPolls(input: StrategyInput): Poll[] {
    const polls: Poll[] = [];
    for (const poll of this.#catalogue.polls()) {
      if (!input.allowed(poll)) continue;
      polls.push(poll);
      if (polls.length >= CANDIDATE_LIMIT) break;
    }
    return polls;
  }

  async #rank(
    input: StrategyInput,
    history: readonly string[],
    polls: readonly Poll[],
  ): Promise<RankedCandidates> {
    const candidates = polls.map(
      (poll): Candidate => ({ poll, score: 0, kind: kindOf(poll, null, input.features), because: null }),
    );
    return this.#scored(input, history, candidates);
  }

  async #top(input: StrategyInput, history: readonly string[]): Promise<RankedCandidates> {
    const top = await topCandidates(input, {
      catalogue: this.#catalogue,
      ask: (exclude, limit) =>
        this.#access.models.topPolls(
          { history, exclude, limit },
          callOptions(this.#access, 'PERSONALISATION', input),
        ),
      toCandidate: (poll, { score, because, becauseWeight }) => ({
        poll,
        score,
        kind: kindOf(poll, because, input.features),
        because,
        becauseWeight,
      }),
      least: input.likingWeight === null ? 0 : BLENDED_CANDIDATES,
    });
    if (input.likingWeight === null) return top;
    // The weight of a reason is in units of the model's own score, which this list is not ordered by.
    const unweighted = top.candidates.map((candidate) => ({ ...candidate, becauseWeight: null }));
    return this.#scored(input, history, unweighted);
  }

  /** The candidates scored one by one, best first: by the model's blend, or that of the scenario. */
  async #scored(
    input: StrategyInput,
    history: readonly string[],
    candidates: readonly Candidate[],
  ): Promise<RankedCandidates> {
    if (candidates.length === 0) return { candidates: [], version: null };
    const request = { history, candidates: candidates.map(({ poll }) => poll.id) };
    const { items, version } = await this.#access.models.rankCandidates(
      request,
      callOptions(this.#access, 'PERSONALISATION', input),
    );
    const { likingWeight } = input;
    const scored = candidates.map((candidate, index): Candidate => {
      const { score = 0, liking = 0, answer = 0 } = items[index] ?? {};
      const blended = likingWeight === null ? score : likingWeight * liking + (1 - likingWeight) * answer;
      return { ...candidate, score: blended };
    });
    return { candidates: scored.sort((a, b) => b.score - a.score), version };
  }
}
