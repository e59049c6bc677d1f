import type { OptionId, PollId } from '../domain/ids.js';

/** A poll as models learn it. A vote names its poll by the place in a list of these, its option by the place in `optionIds`. */
export interface TrainingPoll {
  readonly id: PollId;
  readonly optionIds: readonly OptionId[];
  readonly topics: readonly string[];
  readonly language: string | null;
  /** May be empty. Tells of a poll what votes do not tell yet. */
  readonly question: string;
}
