import type { PollSearch } from '../datasources/search/poll-search.js';
import type { UserId } from '../domain/ids.js';
import type { Polarity } from '../domain/polarity.js';
import type { FallbackReason } from '../domain/recommendation.js';
import type { Millis } from '../domain/time.js';
import type { AnswerObserver } from './answer-observer.js';
import type { Candidate } from './candidate.js';
import { drawExploration, insertExploration } from './exploration.js';
import type { FeatureReader } from './feature-reader.js';
import { ListRequest } from './list-request.js';
import type { LiveCatalogue } from './live-catalogue.js';
import type { ModelAccess } from './model-access.js';
import type { ListKind, PageTokens } from './page-token.js';
import type {
  PollLists,
  PollPage,
  PopularRequest,
  RecommendationEdge,
  RecommendationPage,
  RecommendationsRequest,
  SearchRequest,
  SimilarRequest,
} from './poll-lists.js';
import { reasonOf } from './reasons.js';
import { rerank } from './rerank.js';
import { searchMatches } from './search-matches.js';
import { similarTo } from './similar-polls.js';
import { LastKnownGoodStrategy } from './strategies/last-known-good.js';
import { NewestStrategy } from './strategies/newest.js';
import { PersonalisedStrategy } from './strategies/personalised.js';
import { PopularStrategy } from './strategies/popular.js';
import type { Strategy, StrategyAnswer, StrategyInput } from './strategy.js';

export interface PollListServiceOptions {
  readonly access: ModelAccess;
  readonly catalogue: LiveCatalogue;
  readonly features: FeatureReader;
  readonly search: PollSearch;
  readonly polarity: Polarity;
  readonly tokens: PageTokens;
  /** All the time one answer may take, in milliseconds. */
  readonly requestBudgetMs: number;
  /** Share of places for new polls, 0 to 1. */
  readonly explorationShare: number;
  readonly random: () => number;
  readonly observe: AnswerObserver;
}

interface Chosen {
  readonly answer: StrategyAnswer;
  /** The first thing that failed; else why the answer is not personal; else null. */
  readonly reason: FallbackReason | null;
}

/** A page and how it came about. */
interface Answered {
  readonly page: PollPage;
  /** In the order shown, at least those of the page. */
  readonly items: readonly Candidate[];
  readonly answer: StrategyAnswer | null;
  readonly fallbackReason: FallbackReason | null;
}

/** Chooses polls: strategies in order, topping up, re-ranking, exploration, paging. */
export class PollListService implements PollLists {
  readonly #options: PollListServiceOptions;
  readonly #personalised: Strategy;
  readonly #popular: readonly Strategy[];
  readonly #trending: readonly Strategy[];
  readonly #newest: readonly Strategy[];

  constructor(options: PollListServiceOptions) {
    const { access, catalogue } = options;
    this.#options = options;
    this.#personalised = new PersonalisedStrategy(access, catalogue);
    this.#popular = [new PopularStrategy(access, catalogue), new LastKnownGoodStrategy(catalogue)];
    this.#trending = [
      new PopularStrategy(access, catalogue, 'TRENDING'),
      new LastKnownGoodStrategy(catalogue, 'TRENDING'),
    ];
    this.#newest = [new NewestStrategy(catalogue)];
  }

  async recommendations(request: RecommendationsRequest): Promise<RecommendationPage> {
    const list = await this.#open('recommendations', request.scenario, request);
    const strategies = request.personalised ? [this.#personalised, ...this.#popular] : this.#popular;
    const input = list.strategyInput(request.context);
    const chosen = await this.#choose(strategies, input);
    const { answer, reason } = await this.#topUp(chosen, input);
    const now = this.#options.access.clock();
    const places = request.first + 1;
    const ranked = rerank(answer.candidates, {
      features: list.features,
      context: request.context,
      now,
      places,
    });
    const explored = drawExploration({
      catalogue: this.#options.catalogue,
      allowed: list.allowed,
      share: this.#options.explorationShare,
      places: request.first,
      now,
      random: this.#options.random,
    });
    const items = insertExploration(ranked, explored, places);
    const optedOut = !request.personalised && (reason === null || reason === 'NO_FEATURES');
    const fallbackReason = list.failure ?? (optedOut ? 'OPTED_OUT' : reason);
    const page = list.page(items, answer);
    const edges = page.edges.map((edge, index): RecommendationEdge => {
      const candidate = items[index] as Candidate;
      return { ...edge, reason: reasonOf(candidate, this.#options.catalogue) };
    });
    this.#observe(list, { page, items, answer, fallbackReason });
    const { source, model } = answer;
    return { ...page, edges, source, fallbackReason, model, generatedAt: now };
  }

  async popular(request: PopularRequest): Promise<PollPage> {
    const list = await this.#open('popular', request.order, request);
    const strategies = { POPULAR: this.#popular, TRENDING: this.#trending, NEWEST: this.#newest }[
      request.order
    ];
    const { answer, reason } = await this.#choose(strategies, list.strategyInput());
    return this.#close(list, { items: answer.candidates, answer, failure: reason });
  }

  async similar(request: SimilarRequest): Promise<PollPage> {
    const list = await this.#open('similar', request.pollId, request);
    const { candidates, failure } = await similarTo(request.pollId, list.strategyInput(), this.#options);
    return this.#close(list, { items: candidates, answer: null, failure });
  }

  async search(request: SearchRequest): Promise<PollPage> {
    const list = await this.#open('search', request.query, request);
    const { candidates, failure } = await searchMatches(request.query, list.strategyInput(), this.#options);
    return this.#close(list, { items: candidates, answer: null, failure });
  }

  #close(
    list: ListRequest,
    outcome: Pick<Answered, 'items' | 'answer'> & { readonly failure: FallbackReason | null },
  ): PollPage {
    const page = list.page(outcome.items, outcome.answer);
    this.#observe(list, { ...outcome, page, fallbackReason: list.failure ?? outcome.failure });
    return page;
  }

  #observe(list: ListRequest, { page, items, answer, fallbackReason }: Answered): void {
    this.#options.observe({
      recommendationId: page.recommendationId,
      list: list.identity.kind,
      userId: list.identity.userId,
      subject: list.identity.subject,
      source: answer?.source ?? null,
      fallbackReason,
      model: answer?.model ?? null,
      durationMs: performance.now() - list.startedAt,
      items: page.edges.map(({ pollId }, index) => ({ pollId, policy: items[index]?.kind ?? 'POPULAR' })),
    });
  }

  async #open(
    kind: ListKind,
    subject: string,
    request: { readonly userId: UserId | null } & Omit<PopularRequest, 'order' | 'userId'>,
  ): Promise<ListRequest> {
    const { access, features, tokens, requestBudgetMs } = this.#options;
    const now: Millis = access.clock();
    const outcome = request.userId === null ? null : await features.read(request.userId, requestBudgetMs);
    return new ListRequest({
      identity: { kind, userId: request.userId, subject },
      request,
      outcome,
      tokens,
      now,
      requestBudgetMs,
    });
  }

  /** The answer of the first strategy that has one. The last in each list always has. */
  async #choose(strategies: readonly Strategy[], input: StrategyInput): Promise<Chosen> {
    let failed: FallbackReason | null = null;
    let passed: FallbackReason | null = null;
    for (const strategy of strategies) {
      const outcome = await strategy.choose(input);
      if (outcome.status === 'ANSWERED') return { answer: outcome.answer, reason: failed ?? passed };
      if (outcome.status === 'FAILED') failed ??= outcome.reason;
      else passed ??= outcome.reason;
    }
    return { answer: { source: 'FALLBACK', model: null, candidates: [] }, reason: failed ?? passed };
  }

  /** Fills a short personal answer with popular polls. */
  async #topUp(chosen: Chosen, input: StrategyInput): Promise<Chosen> {
    const { answer } = chosen;
    if (answer.source !== 'PERSONALISED' || answer.candidates.length >= input.wanted) return chosen;
    const there = new Set(answer.candidates.map((candidate) => candidate.poll.id));
    const { answer: popular } = await this.#choose(this.#popular, input);
    const more = popular.candidates.filter((candidate) => !there.has(candidate.poll.id));
    if (more.length === 0) return chosen;
    // Below everything personal, in their own order.
    const floor = answer.candidates.reduce((least, { score }) => Math.min(least, score), 0);
    const filled = more.map((candidate, index) => ({ ...candidate, score: floor - index * 1e-6 }));
    return {
      answer: { ...answer, candidates: [...answer.candidates, ...filled] },
      // The last one wanted is not shown: it only tells whether there is a next page.
      reason: chosen.reason ?? (answer.candidates.length < input.wanted - 1 ? 'TOO_FEW_RESULTS' : null),
    };
  }
}
