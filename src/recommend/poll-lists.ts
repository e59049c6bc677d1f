import type { PollId, RecommendationId, UserId } from '../domain/ids.js';
import type { ModelRef } from '../domain/model.js';
import type { FallbackReason, Reason, RecommendationSource } from '../domain/recommendation.js';
import type { Millis } from '../domain/time.js';

/** Hard conditions: all hold together; a list matches when any of its values does. Absent or empty: no condition. */
export interface PollFilter {
  readonly topics?: readonly string[];
  readonly languages?: readonly string[];
  readonly excludeTopics?: readonly string[];
  readonly excludePolls?: readonly PollId[];
  readonly excludeAuthors?: readonly UserId[];
  readonly createdAfter?: Millis;
}

/** Soft hints of the caller: they move the order, and never empty a list. */
export interface ViewerContext {
  readonly topics: readonly string[];
  readonly languages: readonly string[];
}

export type PopularityOrder = 'POPULAR' | 'TRENDING' | 'NEWEST';

interface PageRequest {
  /** 1 to 100. */
  readonly first: number;
  /** Cursor of the last edge of the page before; null for the first page. Rejects with CURSOR_EXPIRED or BAD_USER_INPUT. */
  readonly after: string | null;
  readonly filter: PollFilter;
  readonly signal?: AbortSignal;
}

export interface RecommendationsRequest extends PageRequest {
  readonly userId: UserId;
  readonly context: ViewerContext;
  readonly scenario: string;
  /** False: the caller wants no personal list (OPTED_OUT). */
  readonly personalised: boolean;
}

export interface PopularRequest extends PageRequest {
  readonly userId: UserId | null;
  readonly order: PopularityOrder;
}

export interface SimilarRequest extends PageRequest {
  readonly userId: UserId | null;
  /** Rejects with NOT_FOUND where there is no such poll. */
  readonly pollId: PollId;
}

export interface SearchRequest extends PageRequest {
  readonly userId: UserId | null;
  readonly query: string;
}

export interface ListEdge {
  readonly cursor: string;
  readonly pollId: PollId;
  readonly score: number;
}

export interface PollPage<Edge extends ListEdge = ListEdge> {
  readonly edges: readonly Edge[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly recommendationId: RecommendationId;
}

export interface RecommendationEdge extends ListEdge {
  readonly reason: Reason;
}

export interface RecommendationPage extends PollPage<RecommendationEdge> {
  readonly source: RecommendationSource;
  readonly fallbackReason: FallbackReason | null;
  readonly model: ModelRef | null;
  readonly generatedAt: Millis;
}

/** The lists the API gives. Every poll in a page is open and in the live catalogue at the time of the answer. */
export interface PollLists {
  recommendations(request: RecommendationsRequest): Promise<RecommendationPage>;
  popular(request: PopularRequest): Promise<PollPage>;
  similar(request: SimilarRequest): Promise<PollPage>;
  search(request: SearchRequest): Promise<PollPage>;
}
