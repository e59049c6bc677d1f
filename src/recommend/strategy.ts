import type { UserFeatures } from '../domain/features.js';
import type { PollId, UserId } from '../domain/ids.js';
import type { ModelRef } from '../domain/model.js';
import type { FallbackReason, RecommendationSource } from '../domain/recommendation.js';
import type { Millis } from '../domain/time.js';
import type { Candidate } from './candidate.js';
import type { PollPredicate } from './poll-filter.js';
import type { PollFilter, ViewerContext } from './poll-lists.js';

/** Everything a strategy may look at to answer one request. */
export interface StrategyInput {
  readonly userId: UserId | null;
  /** Null where nothing is known of the user, or the caller wants no personal list. */
  readonly features: UserFeatures | null;
  readonly filter: PollFilter;
  readonly context: ViewerContext;
  /** Polls that must never be shown to this user: voted, dismissed, written. */
  readonly never: ReadonlySet<PollId>;
  /** Open, passes the filter, not `never`, not given by an earlier page. */
  readonly allowed: PollPredicate;
  /** Polls that earlier pages gave: they take places in a model's answer. */
  readonly given: number;
  /** Polls that the user was shown or skipped lately: they take places in a model's answer, and sink afterwards. */
  readonly tired: number;
  /** What `liking` counts in the score beside `answer`; null for the blend of the model. */
  readonly likingWeight: number | null;
  readonly wanted: number;
  /** When the answer must be there. */
  readonly deadline: Millis;
  readonly signal?: AbortSignal | undefined;
}

export interface StrategyAnswer {
  readonly source: RecommendationSource;
  readonly model: ModelRef | null;
  readonly candidates: readonly Candidate[];
}

/** What a strategy says: an answer, or why it has none. */
export type StrategyOutcome =
  | {
      readonly status: 'ANSWERED';
      readonly answer: StrategyAnswer;
      /** Why the answer is not personal, where it could have been; absent otherwise. */
      readonly reason?: FallbackReason;
    }
  | { readonly status: 'NOT_APPLICABLE'; readonly reason: FallbackReason }
  | { readonly status: 'FAILED'; readonly reason: FallbackReason };

/** One way to choose polls. Strategies stand in a list; the first that answers wins. */
export interface Strategy {
  choose(input: StrategyInput): Promise<StrategyOutcome>;
}
