import type { Poll } from '../domain/poll.js';
import type { ReasonKind } from '../domain/recommendation.js';

/** A poll on its way into a list. */
export interface Candidate {
  readonly poll: Poll;
  readonly score: number;
  /** Why a strategy proposes it; the history token for BECAUSE_YOU_VOTED and YOUR_INTERESTS, where one is known. */
  readonly kind: ReasonKind;
  readonly because: string | null;
}
