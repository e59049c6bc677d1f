import type { OptionId } from './ids.js';

/**
 * What an option says about liking: +1 is the positive side, -1 the negative, 0 a pass (seen, not answered).
 * An option that is not in the table has no polarity: it says what goes with what, and counts as answered.
 */
export type Polarity = ReadonlyMap<OptionId, number>;

/** The default table: agree +1, disagree -1, pass 0. */
export const DEFAULT_POLARITY: Polarity = new Map([
  ['agree' as OptionId, 1],
  ['disagree' as OptionId, -1],
  ['pass' as OptionId, 0],
]);
