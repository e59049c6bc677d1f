import { describe, expect, it } from 'vitest';
import { pollEvent } from '../../tests/support/poll-events.js';
import { applyEvent } from './apply-event.js';
import { emptyFeatures, hasSignal, historyTokens, neverAgain, type UserFeatures } from './features.js';
import { userId } from './ids.js';

const featuresAfter = (...events: readonly Parameters<typeof pollEvent>[0][]): UserFeatures =>
  events.map(pollEvent).reduce(applyEvent, emptyFeatures(userId('ada'), 0));

describe('the history that models read', () => {
  it('is votes and skips in order of time, then what was chosen', () => {
    const features = featuresAfter(
      { poll: 'b', at: 2, option: 'disagree' },
      { poll: 'a', at: 1 },
      { poll: 'c', at: 3, kind: 'SKIP' },
      { poll: 'd', at: 4 },
      { poll: 'd', at: 5, kind: 'RETRACT_VOTE' },
    );
    const interests = { topics: ['food'], languages: ['en'] };
    expect(historyTokens({ ...features, interests })).toEqual([
      'a:agree',
      'b:disagree',
      'c:@skip',
      '@topic:food',
      '@language:en',
    ]);
  });

  it('holds no vote of authors on their own polls, which are never shown to them either', () => {
    const features = featuresAfter({ poll: 'own', isAuthor: true }, { poll: 'a', at: 2 });
    expect(historyTokens(features)).toEqual(['a:agree']);
    expect([...neverAgain(features)].toSorted()).toEqual(['a', 'own']);
  });

  it('is nothing a model can use where there are own polls only', () => {
    expect(hasSignal(featuresAfter({ poll: 'own', isAuthor: true }))).toBe(false);
    expect(hasSignal(featuresAfter({ poll: 'own', isAuthor: true }, { poll: 'a' }))).toBe(true);
  });
});
