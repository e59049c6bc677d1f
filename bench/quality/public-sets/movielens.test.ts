import { describe, expect, it } from 'vitest';
import { eligibleUsers, foldInSplit, isLiked, parseRatings } from './movielens.js';

const ratings = parseRatings(
  [
    '1::10::5::300',
    '1::11::4::100',
    '1::12::3::200',
    '1::13::4::200',
    '1::14::5::400',
    '1::15::5::400',
    '2::10::5::978300760',
    '3::10::4::5\r',
    '',
  ].join('\n'),
);
const liked = ratings.filter(isLiked);

describe('parseRatings', () => {
  it('reads every line', () => {
    expect(ratings).toHaveLength(8);
    expect(ratings[7]).toEqual({ user: '3', item: '10', stars: 4, time: 5 });
    expect(liked).toHaveLength(7);
  });
});

describe('eligibleUsers', () => {
  it('are those with five liked items, by the hash of the id', () => {
    expect(eligibleUsers(liked)).toEqual(['1']);
    const many = ['1', '2', '3', '4'].flatMap((user) =>
      [1, 2, 3, 4, 5].map((item) => ({ user, item: `${item}`, stars: 4, time: item })),
    );
    // 4b22…, 4e07…, 6b86…, d473…
    expect(eligibleUsers(many)).toEqual(['4', '3', '1', '2']);
  });
});

describe('foldInSplit', () => {
  it('knows the first four fifths in time, items of one second in the order of the file', () => {
    const { train, known, test } = foldInSplit(liked, { seen: new Set(['2']), unseen: new Set(['1']) });
    expect(known.map(({ item }) => item)).toEqual(['m11', 'm13', 'm10', 'm14']);
    expect(test).toEqual([{ user: 'u1', item: 'm15', at: '1970-01-01T00:06:40.000Z' }]);
    expect(train).toEqual([{ user: 'u2', item: 'm10', at: '2000-12-31T22:12:40.000Z' }]);
  });
});
