import { describe, expect, it } from 'vitest';
import { DEFAULT_POLARITY } from '../../domain/polarity.js';
import { measureColdUsers } from './cold-users.js';
import { popularityYardsticks } from './popularity-yardsticks.js';
import type { ScoreCandidates } from './score-candidates.js';
import type { VoteRow } from './vote-row.js';

const vote = (text: string, at: number): VoteRow => {
  const [userId = '', pollId = '', optionId = ''] = text.split(' ');
  return { userId, pollId, optionId, votedAt: at, isAuthor: false };
};
const topicsOf = (poll: string): readonly string[] => (poll === 'new' ? [] : [poll.slice(0, 1)]);

describe('popularityYardsticks', () => {
  const training = ['a x1 agree', 'b x1 agree', 'c x1 disagree', 'a x2 disagree', 'a y1 agree', 'd x1 pass'];
  const yardsticks = popularityYardsticks(training.map(vote), DEFAULT_POLARITY, topicsOf);

  it('draws the share of agree to that of the topic by five votes', () => {
    expect(yardsticks.agreeShare('x1')).toBeCloseTo((2 + 5 * 0.5) / (3 + 5), 12);
    expect(yardsticks.agreeShare('x9')).toBe(0.5);
    expect(yardsticks.agreeShare('y1')).toBe(1);
    expect(yardsticks.agreeShare('new')).toBeCloseTo(3 / 5, 12);
  });

  it('counts every vote', () => {
    expect(yardsticks.voteCount('x1')).toBe(4);
    expect(yardsticks.voteCount('new')).toBe(0);
  });
});

describe('measureColdUsers', () => {
  /** Two tastes: odd users agree on odd polls. What everyone says of a poll is worth nothing. */
  const likes = (user: number, poll: number): string => ((user + poll) % 2 === 0 ? 'agree' : 'disagree');
  const votes = (users: number, prefix: string): VoteRow[] =>
    Array.from({ length: users * 8 }, (_, n) => {
      const [user, poll] = [Math.floor(n / 8), n % 8];
      return vote(`${prefix}${user} x${(poll + user) % 8} ${likes(user, (poll + user) % 8)}`, n);
    });
  /** Knows a taste as soon as one vote is known. */
  const seen: number[] = [];
  const score: ScoreCandidates = async (rows) =>
    rows.map(({ history, candidates }) => {
      seen.push(history.length);
      const [, poll = '', option = ''] = /^(.*):(.*)$/.exec(history[0] ?? '') ?? [];
      const liking = candidates.map((candidate) => {
        if (option === '') return 0.5;
        const alike = (Number(candidate.slice(1)) - Number(poll.slice(1))) % 2 === 0;
        return alike === (option === 'agree') ? 0.9 : 0.1;
      });
      const scores = Float32Array.from(liking);
      return { liking: scores, answer: scores, score: scores };
    });

  it('scores the same items as more is known, against what looks at the poll only', async () => {
    const files = { train: votes(40, 'warm'), test: [...votes(6, 'cold'), ...votes(2, 'warm')] };
    const cold = await measureColdUsers(
      { files, knownVotes: [0, 1, 3], polarity: DEFAULT_POLARITY, topicsOf },
      score,
    );
    expect(cold.points.map((point) => point.knownVotes)).toEqual([0, 1, 3]);
    for (const { exposedAuc } of cold.points) expect(exposedAuc).toMatchObject({ users: 6, items: 30 });
    expect(cold.points.map((point) => point.exposedAuc?.mean)).toEqual([0.5, 1, 1]);
    expect(cold.points[1]?.gain).toMatchObject({ difference: 0.5, users: 6 });
    expect(cold.yardsticks.agreeShare).toMatchObject({ mean: 0.5, users: 6 });
    expect(cold.yardsticks.voteCount).toMatchObject({ mean: 0.5, users: 6 });
    expect(cold.points[0]?.answeredAuc).toBeNull();
    expect(seen).toEqual([0, 1, 3].flatMap((count) => new Array<number>(6).fill(count)));
  });
});
