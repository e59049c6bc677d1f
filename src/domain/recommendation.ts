import type { OptionId, PollId } from './ids.js';

/** Which path answered: one of the two models, or what stands in when neither could: neighbours of the votes, or the last known popular polls. */
export const RECOMMENDATION_SOURCES = ['PERSONALISED', 'POPULAR', 'FALLBACK'] as const;
export type RecommendationSource = (typeof RECOMMENDATION_SOURCES)[number];

/** Why an answer is not personalised, or fell back: the first thing that failed. */
export const FALLBACK_REASONS = [
  'NO_FEATURES',
  'OPTED_OUT',
  'FEATURES_UNAVAILABLE',
  'PERSONALISATION_UNAVAILABLE',
  'POPULAR_UNAVAILABLE',
  'TIMED_OUT',
  'TOO_FEW_RESULTS',
] as const;
export type FallbackReason = (typeof FALLBACK_REASONS)[number];

export const REASON_KINDS = [
  'BECAUSE_YOU_VOTED',
  'YOUR_INTERESTS',
  'POPULAR',
  'TRENDING',
  'EXPLORATION',
  'PINNED',
] as const;
export type ReasonKind = (typeof REASON_KINDS)[number];

/** Why a poll is in the list. For BECAUSE_YOU_VOTED, `pollId` and `optionId` name the vote that weighed most. */
export interface Reason {
  readonly kind: ReasonKind;
  readonly pollId: PollId | null;
  readonly optionId: OptionId | null;
  readonly weight: number | null;
  /** One sentence for the user, in English. */
  readonly text: string;
}
