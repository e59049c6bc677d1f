import { describe, expect, it } from 'vitest';
import { heldBackShare, isHeldBack } from './held-back.js';
import { filesAsGiven, timeSplit, voterSplit } from './splits.js';
import type { EvaluationSet, VoteRow } from './vote-row.js';

/** `user poll option time [author]` */
const vote = (text: string): VoteRow => {
  const [userId = '', pollId = '', optionId = '', time = '', author] = text.split(' ');
  return { userId, pollId, optionId, votedAt: Number(time), isAuthor: author === 'author' };
};
const spell = (votes: readonly VoteRow[]): string[] =>
  votes.map(({ userId, pollId, optionId }) => `${userId} ${pollId} ${optionId}`);
const knownOf = (set: EvaluationSet, user: string): string[] => spell(set.known.get(user) ?? []);
const itemsOf = (set: EvaluationSet): string[] =>
  set.items.map(({ vote: item, group }) => `${group} ${spell([item])[0]}`);

describe('timeSplit', () => {
  const train = ['ann p1 agree 1', 'ann p2 agree 2 author', 'ann p1 disagree 3', 'bob p1 agree 4'].map(vote);
  const test = [
    'ann p1 agree 5',
    'ann p2 agree 6',
    'ann p3 pass 7',
    'ann p3 agree 8',
    'cid p1 agree 9',
    'cid p4 agree 10 author',
    'cid p2 pass 11',
    'cid p1 disagree 12',
    'cid p3 disagree 13',
    'cid p4 agree 14',
  ].map(vote);

  it('learns the last training vote of a pair, author votes left out', () => {
    expect(spell(timeSplit({ train, test }, 2).training)).toEqual(['ann p1 disagree', 'bob p1 agree']);
  });

  it('tests warm voters on polls without any training event, by their first test vote', () => {
    const set = timeSplit({ train, test }, 2);
    expect(itemsOf(set).filter((item) => item.startsWith('warm'))).toEqual(['warm ann p3 pass']);
    expect(knownOf(set, 'ann')).toEqual(['ann p1 disagree']);
  });

  it('folds the first polls of cold voters in, passes included, and leaves out what began as an author vote', () => {
    const set = timeSplit({ train, test }, 2);
    expect(knownOf(set, 'cid')).toEqual(['cid p1 agree', 'cid p2 pass']);
    expect(itemsOf(set).filter((item) => item.startsWith('cold'))).toEqual(['cold cid p3 disagree']);
  });

  it('knows nothing of cold voters with a fold-in of 0', () => {
    const set = timeSplit({ train, test }, 0);
    expect(knownOf(set, 'cid')).toEqual([]);
    expect(itemsOf(set)).toContain('cold cid p1 agree');
  });
});

describe('voterSplit', () => {
  it('knows the first floor(0.8 m) polls of each voter by first vote, and learns those', () => {
    const train = ['a p2 agree 2', 'a p9 agree 1 author', 'b p1 agree 1'].map(vote);
    const test = ['a p1 agree 1', 'a p3 pass 3', 'a p2 disagree 9', 'a p4 agree 4', 'a p5 agree 5'].map(vote);
    const set = voterSplit({ train, test });
    expect(knownOf(set, 'a')).toEqual(['a p1 agree', 'a p2 agree', 'a p3 pass', 'a p4 agree']);
    expect(itemsOf(set)).toEqual(['warm b p1 agree', 'warm a p5 agree']);
    expect(spell(set.training)).toEqual(knownOf(set, 'a'));
  });
});

describe('filesAsGiven', () => {
  it('knows train and known, learns train only, and scores every test row', () => {
    const train = ['a p1 agree 1', 'a p2 agree 2 author'].map(vote);
    const known = ['a p1 disagree 3', 'c p3 agree 1'].map(vote);
    const test = ['a p1 agree 4', 'a p1 agree 4', 'c p2 pass 5'].map(vote);
    const set = filesAsGiven({ train, test, known });
    expect(spell(set.training)).toEqual(['a p1 agree']);
    expect(knownOf(set, 'a')).toEqual(['a p1 disagree']);
    expect(knownOf(set, 'c')).toEqual(['c p3 agree']);
    expect(itemsOf(set)).toEqual(['warm a p1 agree', 'warm a p1 agree', 'cold c p2 pass']);
  });
});

describe('held-back users', () => {
  const users = Array.from({ length: 20_000 }, (_, n) => `user-${n}`);

  it('are about one in twenty, the same ones every time', () => {
    const share = heldBackShare(users.length);
    const held = users.filter((user) => isHeldBack(user, share));
    expect(held.length / users.length).toBeCloseTo(0.05, 2);
    expect(users.filter((user) => isHeldBack(user, share))).toEqual(held);
  });

  it('only ever leave as the users grow, so that no earlier model was taught by them', () => {
    const share = heldBackShare(200_000);
    expect(share).toBe(0.01);
    const held = users.filter((user) => isHeldBack(user, share));
    expect(held.length).toBeGreaterThan(0);
    expect(held.every((user) => isHeldBack(user, heldBackShare(20_000)))).toBe(true);
  });
});
