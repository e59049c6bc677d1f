import { createHash } from 'node:crypto';
import type { Take } from './import-files.js';

export interface Rating {
  readonly user: string;
  readonly item: string;
  readonly stars: number;
  /** In seconds. */
  readonly time: number;
}

export interface FoldInSplit {
  readonly train: readonly Take[];
  readonly known: readonly Take[];
  readonly test: readonly Take[];
}

const LIKED = 4;
const FEWEST = 5;
const KNOWN = 0.8;

/** Lines `user::item::stars::time`. */
export function parseRatings(text: string): Rating[] {
  return text.split('\n').flatMap((line) => {
    const [user, item, stars, time] = line.trim().split('::');
    return user === undefined || item === undefined || stars === undefined || time === undefined
      ? []
      : [{ user, item, stars: Number(stars), time: Number(time) }];
  });
}

export const isLiked = ({ stars }: Rating): boolean => stars >= LIKED;

/** Users with at least 5 liked items, in the order of the SHA-256 of their ids. */
export function eligibleUsers(liked: readonly Rating[]): string[] {
  const counts = new Map<string, number>();
  for (const { user } of liked) counts.set(user, (counts.get(user) ?? 0) + 1);
  const hash = (user: string): string => createHash('sha256').update(user).digest('hex');
  return [...counts]
    .filter(([, count]) => count >= FEWEST)
    .map(([user]) => ({ user, hash: hash(user) }))
    .sort((a, b) => (a.hash < b.hash ? -1 : 1))
    .map(({ user }) => user);
}

/**
 * All liked items of the seen users train; of each unseen user the first four fifths in time are known, the rest are to be foretold.
 * Items of one second stay in the order of the file.
 */
export function foldInSplit(
  liked: readonly Rating[],
  { seen, unseen }: { readonly seen: ReadonlySet<string>; readonly unseen: ReadonlySet<string> },
): FoldInSplit {
  const own = new Map<string, Rating[]>();
  for (const rating of [...liked].sort((a, b) => a.time - b.time)) {
    const list = own.get(rating.user);
    if (list === undefined) own.set(rating.user, [rating]);
    else list.push(rating);
  }
  const split = { train: [] as Take[], known: [] as Take[], test: [] as Take[] };
  for (const [user, ratings] of own) {
    const takes = ratings.map(takeOf);
    const cut = Math.floor(KNOWN * takes.length);
    if (seen.has(user)) split.train.push(...takes);
    if (!unseen.has(user)) continue;
    split.known.push(...takes.slice(0, cut));
    split.test.push(...takes.slice(cut));
  }
  return split;
}

const takeOf = ({ user, item, time }: Rating): Take => ({
  user: `u${user}`,
  item: `m${item}`,
  at: new Date(1000 * time).toISOString(),
});
