import { neverAgain, type UserFeatures } from '../domain/features.js';
import type { PollId } from '../domain/ids.js';
import type { Poll } from '../domain/poll.js';
import type { FallbackReason } from '../domain/recommendation.js';
import type { Millis } from '../domain/time.js';
import type { Candidate } from './candidate.js';
import type { FeaturesOutcome } from './feature-reader.js';
import type { GivenPolls, ListIdentity, PageTokens } from './page-token.js';
import { compileFilter, type PollPredicate } from './poll-filter.js';
import type { PollFilter, PollPage, ViewerContext } from './poll-lists.js';
import type { StrategyAnswer, StrategyInput } from './strategy.js';

export interface ListRequestOptions {
  readonly identity: ListIdentity;
  readonly request: {
    readonly first: number;
    readonly after: string | null;
    readonly filter: PollFilter;
    readonly signal?: AbortSignal;
  };
  /** Null for a list without a user. */
  readonly outcome: FeaturesOutcome | null;
  readonly tokens: PageTokens;
  readonly now: Millis;
  readonly requestBudgetMs: number;
}

const NO_CONTEXT: ViewerContext = { topics: [], languages: [] };

/** What a list for one user asks of strategies beyond its filter. */
interface Taste extends Partial<Pick<StrategyInput, 'tired' | 'likingWeight'>> {
  readonly context?: ViewerContext;
}

/** One request for a page of a list: what it may hold, what earlier pages gave, and how the page is closed. */
export class ListRequest {
  readonly features: UserFeatures | null;
  /** Why the features are not known, where they should be. */
  readonly failure: FallbackReason | null;
  /** Open, passes the filter, never shown before in this list, never refused by the user. */
  readonly allowed: PollPredicate;
  readonly identity: ListIdentity;
  /** By the monotonic clock, in milliseconds. */
  readonly startedAt = performance.now();
  readonly #options: ListRequestOptions;
  readonly #given: GivenPolls;
  readonly #never: ReadonlySet<PollId>;

  constructor(options: ListRequestOptions) {
    const { identity, request, outcome, tokens, now } = options;
    this.#options = options;
    this.identity = identity;
    this.features = outcome?.status === 'READ' ? outcome.features : null;
    this.failure = outcome?.status === 'FAILED' ? outcome.reason : null;
    this.#given = tokens.open(identity, request.after);
    this.#never = this.features === null ? new Set() : neverAgain(this.features);
    const passes = compileFilter(request.filter, now);
    // The author is checked here too: a poll written a minute ago is not in the features' list of own polls yet.
    this.allowed = (poll: Poll) =>
      passes(poll) &&
      !this.#never.has(poll.id) &&
      (identity.userId === null || poll.authorId !== identity.userId) &&
      !this.#given.has(poll.id);
  }

  /** Polls that earlier pages gave. */
  get given(): number {
    return this.#given.size;
  }

  strategyInput({ context = NO_CONTEXT, tired = 0, likingWeight = null }: Taste = {}): StrategyInput {
    const { identity, request, now, requestBudgetMs } = this.#options;
    return {
      userId: identity.userId,
      features: this.features,
      filter: request.filter,
      context,
      never: this.#never,
      allowed: this.allowed,
      given: this.#given.size,
      tired,
      likingWeight,
      // One more than asked for tells whether there is a next page.
      wanted: request.first + 1,
      deadline: now + requestBudgetMs,
      signal: request.signal,
    };
  }

  /** The page: the first of the candidates, each with its cursor. */
  page(candidates: readonly Candidate[], answer: StrategyAnswer | null): PollPage {
    const { identity, request, tokens } = this.#options;
    const shown = candidates.slice(0, request.first);
    const cursors = tokens.cursors(
      identity,
      this.#given,
      shown.map((candidate) => candidate.poll.id),
    );
    return {
      edges: shown.map(({ poll, score }, index) => ({
        cursor: cursors[index] ?? '',
        pollId: poll.id,
        score,
      })),
      hasNextPage: candidates.length > request.first,
      hasPreviousPage: request.after !== null,
      recommendationId: tokens.recommendationId(identity, answer?.source ?? null, answer?.model ?? null),
    };
  }
}
