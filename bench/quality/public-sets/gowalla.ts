import { Random } from '../../../src/samples/random.js';
import type { Take } from './import-files.js';

/** A user's items in the order of the file. */
export type Lines = ReadonlyMap<string, readonly string[]>;

/** The set knows no times: all votes have the same one, so that none is taken for newer than another. */
const NO_TIME = '2010-01-01T00:00:00Z';
/** As the whole set was made: users and items with so many events at least, and the last fifth of each user held back. */
const CORE = 10;
const KEPT = 0.8;
const SEED = 0;

/** Lines of a user and items, all by number. */
export function parseLines(text: string): Lines {
  const lines = text.split('\n').map((line) => line.split(' ').filter((word) => word !== ''));
  return new Map(
    lines.flatMap(([user, ...items]): [string, string[]][] =>
      user === undefined || items.length === 0 ? [] : [[`u${user}`, items.map((item) => `g${item}`)]],
    ),
  );
}

export const takesOf = (lines: Lines): Take[] =>
  [...lines].flatMap(([user, items]) => items.map((item) => ({ user, item, at: NO_TIME })));

/** The items of both, by user. */
export function join(first: Lines, second: Lines): Lines {
  const users = new Set([...first.keys(), ...second.keys()]);
  return new Map([...users].map((user) => [user, [...(first.get(user) ?? []), ...(second.get(user) ?? [])]]));
}

/**
 * A split of the training part that is like that between training and test, to choose parameters on: the test part is the end of each
 * line, while `valid` is drawn at random from the rest and favours other parameters. Items of `valid` are put back at
 * places drawn for them; then users and items with fewer than 10 events are taken out until none is left, as was done before the
 * outer split, and the last fifth of each line is held back.
 */
export function innerSplit(train: Lines, valid: Lines): { readonly train: Lines; readonly test: Lines } {
  const random = new Random(SEED);
  const whole = new Map(
    [...train].map(([user, items]) => {
      const placed = [
        ...items.map((item, place) => ({ item, place })),
        ...(valid.get(user) ?? []).map((item) => ({ item, place: random.uniform() * items.length })),
      ];
      return [user, placed.sort((a, b) => a.place - b.place).map(({ item }) => item)] as const;
    }),
  );
  const core = [...coreOf(whole, CORE)];
  const cut = (items: readonly string[]): number => Math.floor(KEPT * items.length);
  return {
    train: new Map(core.map(([user, items]) => [user, items.slice(0, cut(items))])),
    test: new Map(core.map(([user, items]) => [user, items.slice(cut(items))])),
  };
}

/** What is left when users and items with fewer than `least` events are taken out, again and again. */
export function coreOf(lines: Lines, least: number): Lines {
  let kept = lines;
  for (;;) {
    const counts = new Map<string, number>();
    for (const items of kept.values()) {
      for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
    }
    const next = [...kept]
      .map(([user, items]) => [user, items.filter((item) => (counts.get(item) ?? 0) >= least)] as const)
      .filter(([, items]) => items.length >= least);
    const events = (all: Iterable<readonly [string, readonly string[]]>): number =>
      [...all].reduce((sum, [, items]) => sum + items.length, 0);
    if (events(next) === events(kept)) return kept;
    kept = new Map(next);
  }
}
