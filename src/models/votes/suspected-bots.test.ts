import { describe, expect, it } from 'vitest';
import { SECOND } from '../../domain/time.js';
import { makeSamples } from '../../samples/make-samples.js';
import { BOT_RULES, suspectedBots, type TimedVote } from './suspected-bots.js';

/** Votes on one poll after the other, `gap` apart. */
const voting = (gap: number, { count = 40, option = 'agree', begin = 0 } = {}): TimedVote[] =>
  Array.from({ length: count }, (_, place) => ({
    pollId: `p${place}`,
    optionId: option,
    votedAt: begin + place * gap,
  }));

describe('suspectedBots', () => {
  it('suspects who votes faster than anyone reads, from enough votes on', () => {
    const users = new Map([
      ['script', voting(400)],
      ['reader', voting(3 * SECOND)],
      ['few', voting(400, { count: BOT_RULES.votes - 1 })],
      ['at once', voting(0)],
    ]);
    expect([...suspectedBots(users)]).toEqual([['script', 'TOO_FAST']]);
  });

  it('suspects nobody of always choosing the same option, nor of votes without a time', () => {
    const untimed = voting(400).map((vote) => ({ ...vote, votedAt: null }));
    const users = new Map([
      ['agrees', voting(5 * SECOND)],
      ['passes', voting(5 * SECOND, { option: 'pass' })],
      ...['a', 'b', 'c'].map((user) => [user, untimed] as const),
    ]);
    expect(suspectedBots(users).size).toBe(0);
  });

  it('suspects nobody among believable people', () => {
    const users = new Map<string, TimedVote[]>();
    const samples = [...makeSamples({ now: Date.UTC(2026, 0, 1), seed: 7 })];
    for (const event of samples.flatMap(({ events = [] }) => events)) {
      if (event.kind !== 'VOTE' || event.isAuthor) continue;
      const vote = { pollId: event.pollId, optionId: event.optionId, votedAt: event.occurredAt };
      users.set(event.userId, [...(users.get(event.userId) ?? []), vote]);
    }
    expect(users.size).toBeGreaterThan(10);
    expect(suspectedBots(users).size).toBe(0);
  });
});
