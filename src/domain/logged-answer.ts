import type { PollId, RecommendationId } from './ids.js';
import type { ModelRef } from './model.js';
import type { FallbackReason, ReasonKind, RecommendationSource } from './recommendation.js';
import type { Millis } from './time.js';

export const LIST_KINDS = ['recommendations', 'popular', 'similar', 'search'] as const;
export type ListKind = (typeof LIST_KINDS)[number];

/** How the polls of exploring places are drawn among the new ones; docs/off-policy.md has the weights. */
export const EXPLORATION_METHODS = ['uniform', 'weighted', 'ucb', 'thompson'] as const;
export type ExplorationMethod = (typeof EXPLORATION_METHODS)[number];

/** One place of an answer, and the chances it was filled by. */
export interface LoggedPlace {
  /** Place in the list, from 0; a later page goes on where the one before it ended. */
  readonly position: number;
  readonly pollId: PollId;
  readonly policy: ReasonKind;
  readonly score: number;
  /**
   * In (0, 1]: the probability, under the policy that answered, that this poll stood at this position given the polls above
   * it. 1 where nothing was left to chance.
   */
  readonly propensity: number;
  /** The probability, given the polls above, that this place went to a draw from the exploration set; 0 where it could not. */
  readonly explores: number;
  /** The poll that stands here when the place does not explore; null where it always does. */
  readonly otherwise: PollId | null;
}

/** A new poll that exploring places could have gone to. */
export interface ExplorationCandidate {
  readonly pollId: PollId;
  /** A place that explores takes a candidate in proportion to its weight among those that stand at no place above. */
  readonly weight: number;
  /** The poll's votes when the answer was given. */
  readonly votes: number;
  /** Its smoothed share of the positive side then, 0 to 1. */
  readonly likingShare: number;
}

/** What the exploring places of one answer were drawn from. */
export interface ExplorationSet {
  /** The configured share of places, 0 to 1. */
  readonly share: number;
  readonly method: ExplorationMethod;
  /** All that could be drawn, MAX_LOGGED_CANDIDATES at most. */
  readonly candidates: readonly ExplorationCandidate[];
}

/** Bounds the draw, and so a line of the answer log: far above the number of new polls on an ordinary day. */
export const MAX_LOGGED_CANDIDATES = 100;

/**
 * One answer as the answer log keeps it: what the value of another policy can be estimated from. It does not name the user;
 * votes and impressions name the answer instead, so that erasing those leaves nothing here that leads to a person.
 */
export interface LoggedAnswer {
  readonly recommendationId: RecommendationId;
  readonly answeredAt: Millis;
  readonly list: ListKind;
  /** Scenario, order or poll: what tells lists of a kind apart. Null for a search, since people write anything into one. */
  readonly subject: string | null;
  readonly source: RecommendationSource | null;
  readonly fallbackReason: FallbackReason | null;
  readonly model: ModelRef | null;
  /** In the order shown. */
  readonly places: readonly LoggedPlace[];
  /** Null where no place of the answer could explore. */
  readonly exploration: ExplorationSet | null;
}
