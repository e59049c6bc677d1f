import type { PollId, RecommendationId, UserId } from '../domain/ids.js';
import type { ModelRef } from '../domain/model.js';
import type { FallbackReason, ReasonKind, RecommendationSource } from '../domain/recommendation.js';
import type { ListKind } from './page-token.js';

/** One answer, as metrics and the answer log see it. */
export interface AnswerRecord {
  readonly recommendationId: RecommendationId;
  readonly list: ListKind;
  /** Null for a list without a user. */
  readonly userId: UserId | null;
  /** Scenario, order, poll or query: what tells lists of a kind apart. */
  readonly subject: string;
  /** Null for a list that no strategy chose (similar polls, search). */
  readonly source: RecommendationSource | null;
  readonly fallbackReason: FallbackReason | null;
  readonly model: ModelRef | null;
  readonly durationMs: number;
  /** In the order shown. */
  readonly items: readonly { readonly pollId: PollId; readonly policy: ReasonKind }[];
}

/** Told of every answer, so that no degradation stays silent. Must not throw. */
export type AnswerObserver = (record: AnswerRecord) => void;
