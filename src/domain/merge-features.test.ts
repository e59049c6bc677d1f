import { describe, expect, it } from 'vitest';
import { emptyFeatures, HISTORY_LIMIT, type HistoryEntry, type UserFeatures } from './features.js';
import { optionId, pollId, userId } from './ids.js';
import { mergeFeatures } from './merge-features.js';

const visitor = emptyFeatures(userId('visitor'), 1);
const member = emptyFeatures(userId('member'), 2);

const vote = (poll: string, option: string, at: number): HistoryEntry => ({
  pollId: pollId(poll),
  kind: 'VOTE',
  optionId: optionId(option),
  occurredAt: at,
  recordedAt: at,
});
const withHistory = (features: UserFeatures, history: readonly HistoryEntry[]): UserFeatures => ({
  ...features,
  history,
  voted: history.filter(({ kind }) => kind === 'VOTE').map((entry) => entry.pollId),
});

describe('mergeFeatures', () => {
  it('lets the later act on a poll hold', () => {
    const retraction: HistoryEntry = { ...vote('b', 'agree', 9), kind: 'RETRACTED', optionId: null };
    const from = withHistory(visitor, [vote('a', 'agree', 3), vote('c', 'agree', 5), retraction]);
    const into = withHistory(member, [vote('b', 'agree', 1), vote('a', 'disagree', 4)]);
    const merged = mergeFeatures(from, into);
    expect(merged.userId).toBe('member');
    expect(merged.history).toEqual([vote('a', 'disagree', 4), vote('c', 'agree', 5), retraction]);
    expect(merged.voted.toSorted()).toEqual(['a', 'c']);
    expect(merged.updatedAt).toBe(2);
  });

  it('keeps every poll voted on where the histories together pass the limit', () => {
    const from = withHistory(
      visitor,
      Array.from({ length: HISTORY_LIMIT }, (_, i) => vote(`a${i}`, 'x', i)),
    );
    const into = withHistory(
      member,
      Array.from({ length: 9 }, (_, i) => vote(`b${i}`, 'x', 500 + i)),
    );
    const merged = mergeFeatures(from, into);
    expect(merged.history).toHaveLength(HISTORY_LIMIT);
    expect(merged.voted).toHaveLength(HISTORY_LIMIT + 9);
  });

  it('joins dismissals, authorship and impressions, and keeps the interests of the user merged into', () => {
    const merged = mergeFeatures(
      {
        ...visitor,
        dismissals: [{ pollId: pollId('a'), active: false, occurredAt: 8 }],
        authored: [pollId('w')],
        impressions: [
          { pollId: pollId('b'), count: 2, lastSeenAt: 9 },
          { pollId: pollId('v'), count: 1, lastSeenAt: 3 },
        ],
        interests: { topics: ['sport', 'food'], languages: ['ja'] },
        affinities: [{ topic: 'sport', weight: 1 }],
      },
      {
        ...withHistory(member, [vote('v', 'agree', 4)]),
        dismissals: [{ pollId: pollId('a'), active: true, occurredAt: 7 }],
        impressions: [{ pollId: pollId('b'), count: 3, lastSeenAt: 5 }],
        interests: { topics: ['food'], languages: [] },
        affinities: [{ topic: 'food', weight: 1 }],
      },
    );
    expect(merged.dismissals).toEqual([{ pollId: 'a', active: false, occurredAt: 8 }]);
    expect(merged.authored).toEqual(['w']);
    expect(merged.impressions).toEqual([{ pollId: 'b', count: 3, lastSeenAt: 9 }]);
    expect(merged.interests).toEqual({ topics: ['food'], languages: [] });
    expect(merged.affinities).toEqual([{ topic: 'food', weight: 1 }]);
  });

  it('takes the interests of the other where the user merged into has chosen none', () => {
    const chosen = { topics: ['sport'], languages: ['ja'] };
    expect(mergeFeatures({ ...visitor, interests: chosen }, member).interests).toEqual(chosen);
  });

  it('changes nothing when it is done a second time', () => {
    const from = withHistory(visitor, [vote('a', 'agree', 3), vote('c', 'agree', 5)]);
    const once = mergeFeatures(from, withHistory(member, [vote('b', 'agree', 1)]));
    expect(mergeFeatures(from, once)).toEqual(once);
  });
});
