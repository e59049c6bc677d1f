import { hasSignal, historyTokens, type UserFeatures } from '../../domain/features.js';
import { formatToken } from '../../domain/history.js';
import type { ModelVersion } from '../../domain/ids.js';
import type { Poll } from '../../domain/poll.js';
import type { ReasonKind } from '../../domain/recommendation.js';
import type { Candidate } from '../candidate.js';
import type { LiveCatalogue } from '../live-catalogue.js';
import { failureReason, type ModelAccess, timeoutFor } from '../model-access.js';
import { narrows } from '../poll-filter.js';
import type { ViewerContext } from '../poll-lists.js';
import type { Strategy, StrategyInput, StrategyOutcome } from '../strategy.js';

/** Up to this many polls that pass a narrow filter are ranked one by one; above it the best of all are asked for. */
export const CANDIDATE_LIMIT = 2_000;
/** How many more than wanted are asked for, so that re-ranking has a choice and closed polls leave no gap. */
const OVER_FETCH = 3;
const OVER_FETCH_EXTRA = 20;

const contextTokens = (context: ViewerContext): string[] => [
  ...context.topics.map((topic) => formatToken({ kind: 'TOPIC', topic })),
  ...context.languages.map((language) => formatToken({ kind: 'LANGUAGE', language })),
];

/** What spoke for the poll: a vote or an interest that the model names, else a topic the user votes on, else the votes of all. */
function kindOf(poll: Poll, because: string | null, features: UserFeatures | null): ReasonKind {
  if (because !== null) return because.startsWith('@') ? 'YOUR_INTERESTS' : 'BECAUSE_YOU_VOTED';
  const known = features?.affinities.some(({ topic }) => poll.topics.includes(topic)) ?? false;
  return known ? 'YOUR_INTERESTS' : 'POPULAR';
}

interface Answer {
  readonly candidates: readonly Candidate[];
  readonly version: ModelVersion | null;
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

  #options(input: StrategyInput) {
    return {
      version: this.#access.versionFor('PERSONALISATION', input.userId),
      timeoutMs: timeoutFor(this.#access, input.deadline),
      signal: input.signal,
    };
  }

  async #rank(input: StrategyInput, history: readonly string[], polls: readonly Poll[]): Promise<Answer> {
    if (polls.length === 0) return { candidates: [], version: null };
    const request = { history, candidates: polls.map((poll) => poll.id) };
    const answer = await this.#access.models.rankCandidates(request, this.#options(input));
    const candidates = polls
      .map((poll, index): Candidate => {
        const score = answer.items[index]?.score ?? 0;
        return { poll, score, kind: kindOf(poll, null, input.features), because: null };
      })
      .sort((a, b) => b.score - a.score);
    return { candidates, version: answer.version };
  }

  /** Asks for the best polls, and again for more while closed or filtered ones leave the list short. */
  async #top(input: StrategyInput, history: readonly string[]): Promise<Answer> {
    const exclude = [...input.never, ...(input.filter.excludePolls ?? [])];
    let limit = input.wanted * OVER_FETCH + OVER_FETCH_EXTRA + input.given;
    for (;;) {
      const answer = await this.#access.models.topPolls({ history, exclude, limit }, this.#options(input));
      const candidates: Candidate[] = [];
      for (const { pollId, score, because } of answer.items) {
        const poll = this.#catalogue.poll(pollId);
        if (poll === null || !input.allowed(poll)) continue;
        candidates.push({ poll, score, kind: kindOf(poll, because, input.features), because });
      }
      const exhausted = answer.items.length < limit;
      if (candidates.length >= input.wanted || exhausted) return { candidates, version: answer.version };
      limit *= 4;
    }
  }
}
