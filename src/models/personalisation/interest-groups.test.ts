import { describe, expect, it } from 'vitest';
import { optionId, pollId } from '../../domain/ids.js';
import type { TrainingPoll } from '../training-poll.js';
import { groupInterests } from './interest-groups.js';
import { DEFAULT_SETTINGS } from './settings.js';

const poll = (id: string, topics: string[], language: string | null): TrainingPoll => ({
  id: pollId(id),
  optionIds: [optionId('agree'), optionId('disagree')],
  topics,
  language,
  question: '',
});

describe('groupInterests', () => {
  const polls = [
    poll('a', ['x'], 'en'),
    poll('b', ['y', 'x'], 'en'),
    poll('c', [], null),
    poll('d', ['x', 'y'], 'en'),
  ];
  const groups = groupInterests(polls, [6, 3, 0, 0], DEFAULT_SETTINGS);

  /** The lift of a poll for a profile, as the model's graph sums it. */
  const lift = (place: number, profile: Readonly<Record<number, number>>): number => {
    let sum = 0;
    for (let slot = 0; slot < groups.slotCount; slot += 1) {
      const weight =
        groups.mixing[slot * groups.combinationCount + (groups.combinationOfPoll[place] as number)];
      sum += (weight as number) * Math.log((profile[slot] ?? 0) * (groups.scale[slot] as number) + 1);
    }
    return sum;
  };

  it('lifts nothing for an empty history, nor a poll without topic and language for any', () => {
    expect(polls.map((_, place) => lift(place, {}))).toEqual([0, 0, 0, 0]);
    expect(lift(2, { 0: 5, [groups.anyTopic]: 5 })).toBe(0);
  });

  it('gives log((n(g) + c π(g)) / ((n + c) π(g))) times its weight, the mean of it for several topics', () => {
    const c = DEFAULT_SETTINGS.affinityPrior;
    // Nine votes on polls with a topic, all of them on x, three on y; smoothed by one vote a topic.
    const [shareX, shareY] = [10 / 11, 4 / 11];
    const [x, y] = [0, 1];
    const profile = { [y]: 4, [groups.anyTopic]: 4 };
    const liftX = Math.log((c * shareX) / ((4 + c) * shareX));
    const liftY = Math.log((4 + c * shareY) / ((4 + c) * shareY));
    expect(groups.topics).toEqual(['x', 'y']);
    expect(lift(x, profile)).toBeCloseTo(DEFAULT_SETTINGS.topicWeight * liftX, 4);
    expect(lift(1, profile)).toBeCloseTo((DEFAULT_SETTINGS.topicWeight * (liftX + liftY)) / 2, 4);
  });

  it('takes polls with the same topics and language for one combination, whatever the order', () => {
    expect(groups.combinationOfPoll[1]).toBe(groups.combinationOfPoll[3]);
    expect(groups.combinationCount).toBe(3);
  });
});
