import { stableShare } from '../votes/stable-hash.js';

/** Share of the users whose votes are kept from training, and how many of them at most. */
const HELD_BACK_SHARE = 0.05;
const MOST_HELD_BACK = 2_000;

/**
 * The share of `users` to hold back: one in twenty, fewer where that would be too many. As the users grow the share only falls, so
 * that whoever is held back today was held back from every earlier model, too.
 */
export const heldBackShare = (users: number): number =>
  users === 0 ? HELD_BACK_SHARE : Math.min(HELD_BACK_SHARE, MOST_HELD_BACK / users);

/** Whether the votes of this user judge models instead of teaching them: a stable hash of the id. */
export const isHeldBack = (user: string, share: number): boolean => stableShare('held-back', user) < share;

/** The share of a held-back user's votes that is known when scoring; the newest ones are the test. */
export const KNOWN_SHARE = 0.8;
