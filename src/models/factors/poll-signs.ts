import type { Polarity } from '../../domain/polarity.js';
import type { TrainingPoll } from '../training-poll.js';

/** How the options of one poll are read. */
export interface PollSigns {
  /** Whether some option takes a side: then the poll has a liking, and one signed column. */
  readonly polar: boolean;
  /** By option: +1 and -1 for the sides, 0 for a pass and for options without polarity. */
  readonly values: readonly number[];
  /** By option: false for a pass, which is seen and not answered. */
  readonly answered: readonly boolean[];
}

export function readSigns(poll: TrainingPoll, polarity: Polarity): PollSigns {
  const signs = poll.optionIds.map((option) => polarity.get(option));
  return {
    polar: signs.some((sign) => sign !== undefined && sign !== 0),
    values: signs.map((sign) => sign ?? 0),
    answered: signs.map((sign) => sign !== 0),
  };
}
