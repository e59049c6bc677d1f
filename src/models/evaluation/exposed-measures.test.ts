import { describe, expect, it } from 'vitest';
import { DEFAULT_POLARITY } from '../../domain/polarity.js';
import { exposedMeasures } from './exposed-measures.js';
import { predictItems } from './exposed-protocol.js';
import type { ScoreCandidates } from './score-candidates.js';
import type { TestItem, VoteRow } from './vote-row.js';

const vote = (userId: string, pollId: string, optionId: string): VoteRow => ({
  userId,
  pollId,
  optionId,
  votedAt: null,
  isAuthor: false,
});
const items: TestItem[] = [
  ['u', 'a1', 'agree'],
  ['v', 'b1', 'disagree'],
  ['u', 'b2', 'disagree'],
  ['v', 'b3', 'agree'],
  ['u', 'a4', 'pass'],
  ['u', 'b9', 'agree'],
].map(([user = '', poll = '', option = '']) => ({ vote: vote(user, poll, option), group: 'cold' }));
const known = new Map([['v', ['c1', 'c2', 'c3', 'c4'].map((poll) => vote('v', poll, 'agree'))]]);

/** The digit of a poll's name is its score; answers are surer for a higher one. */
const score: ScoreCandidates = async (rows) =>
  rows.map(({ candidates }) => {
    const liking = Float32Array.from(candidates, (poll) => Number(poll.slice(1)) / 10);
    return { liking, answer: liking.map((value) => value / 2), score: liking };
  });

describe('exposedMeasures', () => {
  it('takes both questions apart, by length of history, by topic and as chances', async () => {
    const predictions = await predictItems({ items, known }, score);
    expect(predictions.map(({ item, liking }) => `${item.vote.pollId} ${liking.toFixed(1)}`)).toEqual([
      'a1 0.1',
      'b1 0.1',
      'b2 0.2',
      'b3 0.3',
      'a4 0.4',
      'b9 0.9',
    ]);
    const found = exposedMeasures(predictions, {
      polarity: DEFAULT_POLARITY,
      known,
      topicsOf: (poll) => [poll.slice(0, 1)],
    });
    expect(found.measures).toEqual({
      exposedAuc: [
        { user: 'u', value: 0.5, items: 3 },
        { user: 'v', value: 1, items: 2 },
      ],
      answeredAuc: [{ user: 'u', value: expect.closeTo(1 / 3, 12), items: 4 }],
    });
    expect(found.byHistoryLength).toMatchObject([
      { from: 0, to: 0, exposedAuc: { mean: 0.5, users: 1 }, answeredAuc: { users: 1 } },
      { from: 3, to: 4, exposedAuc: { mean: 1, users: 1 }, answeredAuc: null },
    ]);
    // In topic a user u has a pass and an answer, in topic b both users have both sides.
    expect(found.byTopic).toMatchObject([
      { topic: 'a', exposedAuc: null, answeredAuc: { mean: 0, users: 1 } },
      { topic: 'b', exposedAuc: { mean: 1, users: 2 }, answeredAuc: null },
    ]);
    expect(found.calibration.liking).toMatchObject({ items: 5 });
    expect(found.calibration.answer).toMatchObject({ items: 6 });
    expect(found.calibration.liking?.bins.map((bin) => bin.observed)).toEqual([0.5, 0, 1, 1]);
  });
});
