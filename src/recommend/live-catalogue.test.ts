import { describe, expect, it } from 'vitest';
import { optionId, pollId } from '../domain/ids.js';
import { DEFAULT_POLARITY } from '../domain/polarity.js';
import type { Poll } from '../domain/poll.js';
import type { PollStatistics } from '../domain/popularity.js';
import { DAY, HOUR } from '../domain/time.js';
import { LiveCatalogue } from './live-catalogue.js';
import { compileFilter } from './poll-filter.js';

const now = Date.UTC(2026, 0, 10);
const agree = optionId('agree');
const disagree = optionId('disagree');

const poll = (id: string, changes: Partial<Poll> = {}): Poll => ({
  id: pollId(id),
  question: id,
  options: [agree, disagree].map((option) => ({ id: option, label: option })),
  topics: ['city'],
  language: 'en-GB',
  authorId: null,
  createdAt: now - 3 * DAY,
  closesAt: null,
  status: 'OPEN',
  ...changes,
});

const statistics = (changes: Partial<PollStatistics> = {}): PollStatistics => ({
  pollId: pollId('p'),
  optionVotes: [
    { optionId: agree, votes: 15 },
    { optionId: disagree, votes: 5 },
  ],
  votesLastDay: 4,
  decayedVotes: 10,
  priorShare: 0.5,
  trend: 0.2,
  through: now - HOUR,
  ...changes,
});

const catalogueWith = (...entries: Parameters<LiveCatalogue['apply']>[0]): LiveCatalogue => {
  const catalogue = new LiveCatalogue({ polarity: DEFAULT_POLARITY, clock: () => now });
  catalogue.apply(entries);
  return catalogue;
};

describe('the numbers of a poll', () => {
  it("are the flow's, with the votes since added", () => {
    const before = catalogueWith({ poll: poll('p'), statistics: statistics(), liveVotes: [] }).stats(
      pollId('p'),
    );
    // (15 + 5 · 0.5) / (20 + 5) = 0.7, times 10 decayed votes.
    expect(before).toMatchObject({ votes: 20, votesLastDay: 4, trend: 0.2 });
    expect(before.score).toBeCloseTo(7, 10);
    const liveVotes = [{ optionId: agree, votes: 5 }];
    const after = catalogueWith({ poll: poll('p'), statistics: statistics(), liveVotes }).stats(pollId('p'));
    // (20 + 2.5) / (25 + 5) = 0.75, times 15.
    expect(after).toMatchObject({ votes: 25, votesLastDay: 9 });
    expect(after.score).toBeCloseTo(11.25, 10);
  });

  it('follow a vote that was moved, without a vote more', () => {
    const liveVotes = [
      { optionId: agree, votes: -1 },
      { optionId: disagree, votes: 1 },
    ];
    const { votes, optionVotes } = catalogueWith({
      poll: poll('p'),
      statistics: statistics(),
      liveVotes,
    }).stats(pollId('p'));
    expect(votes).toBe(20);
    expect(optionVotes).toEqual(
      new Map([
        [agree, 14],
        [disagree, 6],
      ]),
    );
  });

  it('say nothing of the last day where the flow last counted before it', () => {
    const old = statistics({ through: now - 2 * DAY });
    expect(
      catalogueWith({ poll: poll('p'), statistics: old, liveVotes: [] }).stats(pollId('p')).votesLastDay,
    ).toBe(0);
  });

  it('are zero for a poll nobody knows', () => {
    expect(catalogueWith().stats(pollId('nope'))).toMatchObject({ votes: 0, score: 0 });
  });
});

describe('the orders of the catalogue', () => {
  it('are newest first and most popular first, and change with it', () => {
    const catalogue = catalogueWith(
      {
        poll: poll('old', { createdAt: now - 9 * DAY }),
        statistics: statistics({ pollId: pollId('old') }),
        liveVotes: [],
      },
      { poll: poll('new', { createdAt: now }), statistics: null, liveVotes: [] },
    );
    expect(catalogue.newest().map(({ id }) => id)).toEqual(['new', 'old']);
    expect(catalogue.popular().map(({ id }) => id)).toEqual(['old', 'new']);
    expect(catalogue.uncounted().map(({ id }) => id)).toEqual(['new']);
    catalogue.apply([{ poll: poll('newer', { createdAt: now + 1 }), statistics: null, liveVotes: [] }]);
    expect(catalogue.newest()[0]?.id).toBe('newer');
  });
});

describe('a filter', () => {
  it.each([
    ['no condition', {}, true],
    ['a topic it has', { topics: ['sea', 'city'] }, true],
    ['a topic it has not', { topics: ['sea'] }, false],
    ['its language without the region', { languages: ['EN'] }, true],
    ['another region', { languages: ['en-US'] }, false],
    ['a topic left out', { excludeTopics: ['city'] }, false],
    ['the poll left out', { excludePolls: [pollId('p')] }, false],
    ['an age it is too old for', { createdAfter: now - DAY }, false],
  ])('with %s', (_, filter, passes) => {
    expect(compileFilter(filter, now)(poll('p'))).toBe(passes);
  });

  it('passes open polls only', () => {
    const open = compileFilter({}, now);
    for (const status of ['CLOSED', 'HIDDEN', 'REMOVED'] as const)
      expect(open(poll('p', { status }))).toBe(false);
    expect(open(poll('p', { closesAt: now }))).toBe(false);
    expect(open(poll('p', { closesAt: now + 1 }))).toBe(true);
  });
});
