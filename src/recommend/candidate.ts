import type { LoggedPlace } from '../domain/logged-answer.js';
import type { Poll } from '../domain/poll.js';
import type { ReasonKind } from '../domain/recommendation.js';

/** Why a strategy proposes a poll. ONBOARDING: a vote on it would tell much about the user. */
export type CandidateKind = ReasonKind | 'ONBOARDING';

/** A poll on its way into a list. */
export interface Candidate {
  readonly poll: Poll;
  readonly score: number;
  readonly kind: CandidateKind;
  /** The history token for BECAUSE_YOU_VOTED and YOUR_INTERESTS, where one is known. */
  readonly because: string | null;
  /** What that token contributes, in units of the score; null or absent where the model does not tell. */
  readonly becauseWeight?: number | null;
  /** How chance decided on its place; absent where it did not. */
  readonly chance?: Pick<LoggedPlace, 'propensity' | 'explores' | 'otherwise'>;
}
