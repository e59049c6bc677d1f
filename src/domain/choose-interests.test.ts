import { describe, expect, it } from 'vitest';
import { chooseInterests } from './choose-interests.js';
import { emptyFeatures, type UserFeatures } from './features.js';
import { pollId, userId } from './ids.js';

const nobody = emptyFeatures(userId('ada'), 5);
const voter: UserFeatures = {
  ...nobody,
  voted: ['a', 'b', 'c', 'd'].map(pollId),
  affinities: [
    { topic: 'food', weight: 0.75 },
    { topic: 'sport', weight: 0.25 },
  ],
};

describe('chooseInterests', () => {
  it('gives a new user an even share of each topic', () => {
    const features = chooseInterests(nobody, { topics: ['food', 'sport', 'food'], languages: ['en'] }, 9);
    expect(features.interests).toEqual({ topics: ['food', 'sport'], languages: ['en'] });
    expect(features.affinities).toEqual([
      { topic: 'food', weight: 0.5 },
      { topic: 'sport', weight: 0.5 },
    ]);
    expect(features.updatedAt).toBe(9);
  });

  it('counts a topic as one vote', () => {
    const { affinities } = chooseInterests(voter, { topics: ['sport'], languages: [] }, 9);
    expect(affinities).toEqual([
      { topic: 'food', weight: 3 / 5 },
      { topic: 'sport', weight: 2 / 5 },
    ]);
  });

  it('takes back what the former interests gave', () => {
    const chosen = chooseInterests(voter, { topics: ['sport', 'music'], languages: ['de'] }, 9);
    const undone = chooseInterests(chosen, { topics: [], languages: [] }, 10);
    expect(undone.affinities.map(({ topic }) => topic)).toEqual(['food', 'sport']);
    expect(undone.affinities[0]?.weight).toBeCloseTo(0.75, 10);
    expect(undone.interests).toEqual({ topics: [], languages: [] });
  });

  it('leaves nothing of a user without votes and interests', () => {
    const chosen = chooseInterests(nobody, { topics: ['food'], languages: [] }, 9);
    expect(chooseInterests(chosen, { topics: [], languages: [] }, 10).affinities).toEqual([]);
  });
});
