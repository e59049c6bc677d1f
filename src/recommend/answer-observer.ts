import type { PollId, RecommendationId, UserId } from '../domain/ids.js';
import type { ModelRef } from '../domain/model.js';
import type { FallbackReason, ReasonKind, RecommendationSource } from '../domain/recommendation.js';

/** One answer to `recommendations`, as metrics and the answer log see it. */
export interface AnswerRecord {
  readonly recommendationId: RecommendationId;
  readonly userId: UserId;
  readonly scenario: string;
  readonly source: RecommendationSource;
  readonly fallbackReason: FallbackReason | null;
  readonly model: ModelRef | null;
  readonly durationMs: number;
  /** In the order shown. */
  readonly items: readonly { readonly pollId: PollId; readonly policy: ReasonKind }[];
}

/** Told of every answer, so that no degradation stays silent. Must not throw. */
export type AnswerObserver = (record: AnswerRecord) => void;
