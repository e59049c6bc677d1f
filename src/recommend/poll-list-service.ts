import type { PollNeighbours } from '../datasources/neighbours/poll-neighbours.js';
import type { PollSearch } from '../datasources/search/poll-search.js';
import type { UserId } from '../domain/ids.js';
import type { ExplorationSet, ListKind } from '../domain/logged-answer.js';
import type { Polarity } from '../domain/polarity.js';
import type { FallbackReason } from '../domain/recommendation.js';
import { type Scenario, type Scenarios, scenarioOf } from '../domain/scenario.js';
import type { Millis } from '../domain/time.js';
import type { AnswerObserver } from './answer-observer.js';
import type { Candidate } from './candidate.js';
import { Exploration } from './exploration.js';
import { fatigue } from './fatigue.js';
import type { FeatureReader } from './feature-reader.js';
import { ListRequest } from './list-request.js';
import type { LiveCatalogue } from './live-catalogue.js';
import type { ModelAccess } from './model-access.js';
import type { PageTokens } from './page-token.js';
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
import { QuestionVectors } from './question-vectors.js';
import { reasonKind, reasonOf } from './reasons.js';
import { rerank, SPREAD_OVER, spreadOf } from './rerank.js';
import { searchMatches } from './search-matches.js';
import { similarTo } from './similar-polls.js';
import { LastKnownGoodStrategy } from './strategies/last-known-good.js';
import { NeighboursStrategy } from './strategies/neighbours.js';
import { NewestStrategy } from './strategies/newest.js';
import { OnboardingStrategy } from './strategies/onboarding.js';
import { PersonalisedStrategy } from './strategies/personalised.js';
import { PopularStrategy } from './strategies/popular.js';
import type { Strategy, StrategyAnswer, StrategyInput } from './strategy.js';

export interface PollListServiceOptions {
  readonly access: ModelAccess;
  readonly catalogue: LiveCatalogue;
  readonly features: FeatureReader;
  readonly search: PollSearch;
  readonly neighbours: PollNeighbours;
  readonly polarity: Polarity;
  readonly tokens: PageTokens;
  /** All the time one answer may take, in milliseconds. */
  readonly requestBudgetMs: number;
  readonly scenarios: Scenarios;
  readonly random: () => number;
  readonly observe: AnswerObserver;
}

/** At most so many more candidates are asked for because some were shown lately. */
const MOST_TIRED = 100;

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
  /** What places of the page were drawn from; null where none could explore. */
  readonly exploration: ExplorationSet | null;
}

/** Chooses polls: strategies in order, topping up, re-ranking, exploration, paging. */
export class PollListService implements PollLists {
  readonly #options: PollListServiceOptions;
  readonly #questions = new QuestionVectors();
  readonly #personal: Readonly<Record<Scenario['ranking'], readonly Strategy[]>>;
  readonly #popular: readonly Strategy[];
  readonly #trending: readonly Strategy[];
  readonly #newest: readonly Strategy[];

  constructor(options: PollListServiceOptions) {
    const { access, catalogue, neighbours, polarity } = options;
    this.#options = options;
    this.#popular = [new PopularStrategy(access, catalogue), new LastKnownGoodStrategy(catalogue)];
    const home = [
      new PersonalisedStrategy(access, catalogue),
      new NeighboursStrategy({ neighbours, catalogue, polarity, clock: access.clock }),
      ...this.#popular,
    ];
    this.#personal = { TASTE: home, ONBOARDING: [new OnboardingStrategy(access, catalogue), ...home] };
    this.#trending = [
      new PopularStrategy(access, catalogue, 'TRENDING'),
      new LastKnownGoodStrategy(catalogue, 'TRENDING'),
    ];
    this.#newest = [new NewestStrategy(catalogue)];
  }

  async recommendations(request: RecommendationsRequest): Promise<RecommendationPage> {
    const { access, catalogue, scenarios, random } = this.#options;
    const scenario = scenarioOf(scenarios, request.scenario);
    const list = await this.#open('recommendations', request.scenario, request);
    const { features } = list;
    const now = access.clock();
    const tired = features === null ? 0 : Math.min(MOST_TIRED, fatigue(features, scenario, now).size);
    const { likingWeight } = scenario;
    const input = list.strategyInput({ context: request.context, tired, likingWeight });
    const strategies = request.personalised ? this.#personal[scenario.ranking] : this.#popular;
    const chosen = await this.#choose(strategies, input);
    const { answer, reason } = await this.#topUp(chosen, input);
    const shown = new Set(features?.impressions.map(({ pollId }) => pollId));
    const exploration = Exploration.open({
      catalogue,
      scenario,
      begun: list.given > 0,
      // Who has seen a new poll and left it has told what there was to learn.
      allowed: (poll) => list.allowed(poll) && !shown.has(poll.id),
      now,
      random,
    });
    const items = rerank(answer.candidates, {
      scenario,
      features,
      context: request.context,
      now,
      places: request.first + 1,
      questions: this.#questions,
      exploration,
    });
    const optedOut = !request.personalised && (reason === null || reason === 'NO_FEATURES');
    const fallbackReason = list.failure ?? (optedOut ? 'OPTED_OUT' : reason);
    const page = list.page(items, answer);
    const edges = page.edges.map((edge, index): RecommendationEdge => {
      const candidate = items[index] as Candidate;
      return { ...edge, reason: reasonOf(candidate, catalogue) };
    });
    const explores = items.slice(0, edges.length).some(({ chance }) => chance !== undefined);
    const set = explores && exploration !== null ? exploration.set : null;
    this.#observe(list, { page, items, answer, fallbackReason, exploration: set });
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
    this.#observe(list, {
      ...outcome,
      page,
      fallbackReason: list.failure ?? outcome.failure,
      exploration: null,
    });
    return page;
  }

  #observe(list: ListRequest, { page, items, answer, fallbackReason, exploration }: Answered): void {
    this.#options.observe({
      recommendationId: page.recommendationId,
      list: list.identity.kind,
      subject: list.identity.subject,
      source: answer?.source ?? null,
      fallbackReason,
      model: answer?.model ?? null,
      durationMs: performance.now() - list.startedAt,
      answeredAt: this.#options.access.clock(),
      items: page.edges.map(({ pollId, score }, index) => ({
        position: list.given + index,
        pollId,
        policy: reasonKind(items[index]?.kind ?? 'POPULAR'),
        score,
        propensity: items[index]?.chance?.propensity ?? 1,
        explores: items[index]?.chance?.explores ?? 0,
        otherwise: items[index]?.chance?.otherwise ?? null,
      })),
      exploration,
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
      if (outcome.status === 'ANSWERED')
        return { answer: outcome.answer, reason: failed ?? passed ?? outcome.reason ?? null };
      if (outcome.status === 'FAILED') failed ??= outcome.reason;
      else passed ??= outcome.reason;
    }
    return { answer: { source: 'FALLBACK', model: null, candidates: [] }, reason: failed ?? passed };
  }

  /** Fills a short personal answer, by the predictor or by neighbours, with popular polls. */
  async #topUp(chosen: Chosen, input: StrategyInput): Promise<Chosen> {
    const { answer } = chosen;
    const isPersonal = answer.source === 'PERSONALISED' || answer.model?.name === 'PERSONALISATION';
    if (!isPersonal || answer.candidates.length >= input.wanted) return chosen;
    const there = new Set(answer.candidates.map((candidate) => candidate.poll.id));
    const { answer: popular } = await this.#choose(this.#popular, input);
    const more = popular.candidates.filter((candidate) => !there.has(candidate.poll.id));
    if (more.length === 0) return chosen;
    // Below everything personal, in their own order; a spread away and as far apart as personal ones are on average, so that
    // what re-ranking measures in spreads means the same for the longer list.
    const spread = spreadOf(answer.candidates);
    const least = answer.candidates.at(-1)?.score ?? 0;
    const filled = more.map((candidate, index) => ({
      ...candidate,
      score: least - spread * (1 + index / SPREAD_OVER),
    }));
    return {
      answer: { ...answer, candidates: [...answer.candidates, ...filled] },
      // The last one wanted is not shown: it only tells whether there is a next page.
      reason: chosen.reason ?? (answer.candidates.length < input.wanted - 1 ? 'TOO_FEW_RESULTS' : null),
    };
  }
}
