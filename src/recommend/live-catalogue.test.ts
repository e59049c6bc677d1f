import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogueEntry, pollStatistics } from '../../tests/support/poll-statistics.js';
import { optionId, pollId } from '../domain/ids.js';
import { DEFAULT_POLARITY } from '../domain/polarity.js';
import type { Poll } from '../domain/poll.js';
import { addDecayed, POPULARITY_HALF_LIFE, type PollStatistics } from '../domain/popularity.js';
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

/** 20 votes, of which ten count still; by default as of an hour ago. */
const statistics = (changes: Partial<PollStatistics> = {}): PollStatistics =>
  pollStatistics('p', {
    votes: { agree: 15, disagree: 5 },
    votesLastDay: 4,
    decayed: { established: 10, first: 0, at: now - HOUR },
    trend: 0.2,
    through: now - HOUR,
    ...changes,
  });
const established = (votes: number, at = now - HOUR) => ({ established: votes, first: 0, at });
const firstVotes = (votes: number, at = now - HOUR) => ({ established: 0, first: votes, at });

const catalogueWith = (...entries: Parameters<LiveCatalogue['apply']>[0]): LiveCatalogue => {
  const catalogue = new LiveCatalogue({ polarity: DEFAULT_POLARITY, clock: () => now });
  catalogue.apply(entries);
  return catalogue;
};

describe('the numbers of a poll', () => {
  it("are the flow's, with the votes since added", () => {
    const before = catalogueWith(catalogueEntry(poll('p'), { statistics: statistics() })).stats(pollId('p'));
    // (15 + 5 · 0.5) / (20 + 5) = 0.7, times 10 decayed votes.
    expect(before).toMatchObject({ votes: 20, votesLastDay: 4, trend: 0.2 });
    expect(before.score).toBeCloseTo(7, 10);
    const live = { liveVotes: [{ optionId: agree, votes: 5 }], liveActivity: established(5) };
    const after = catalogueWith(catalogueEntry(poll('p'), { statistics: statistics(), ...live })).stats(
      pollId('p'),
    );
    // (20 + 2.5) / (25 + 5) = 0.75, times 15.
    expect(after).toMatchObject({ votes: 25, votesLastDay: 9 });
    expect(after.score).toBeCloseTo(11.25, 10);
  });

  it('follow a vote that was moved, without a vote more', () => {
    const liveVotes = [
      { optionId: agree, votes: -1 },
      { optionId: disagree, votes: 1 },
    ];
    const { votes, optionVotes } = catalogueWith(
      catalogueEntry(poll('p'), { statistics: statistics(), liveVotes }),
    ).stats(pollId('p'));
    expect(votes).toBe(20);
    expect(optionVotes).toEqual(
      new Map([
        [agree, 14],
        [disagree, 6],
      ]),
    );
  });

  it('say nothing of the last day, nor of a trend, where the flow last counted before it', () => {
    const old = statistics({ decayed: established(10, now - 2 * DAY), through: now - 2 * DAY });
    const fresh = { liveVotes: [{ optionId: agree, votes: 1 }], liveActivity: established(1, now) };
    const catalogue = catalogueWith(
      catalogueEntry(poll('p'), { statistics: old }),
      catalogueEntry(poll('q'), fresh),
    );
    expect(catalogue.stats(pollId('p'))).toMatchObject({ votesLastDay: 0, trend: 0 });
  });

  it('are zero for a poll nobody knows', () => {
    expect(catalogueWith().stats(pollId('nope'))).toMatchObject({ votes: 0, score: 0 });
  });
});

describe('the score of a poll', () => {
  it('means the same however old the counts are: ages are relative to the newest vote of all', () => {
    const counted = (at: number) =>
      catalogueEntry(poll('p'), { statistics: statistics({ decayed: established(8, at), through: at }) });
    const live = (at: number) => catalogueEntry(poll('q'), { liveActivity: established(1, at) });
    const scores = [0, 1, 3].map((lives) => {
      const catalogue = catalogueWith(counted(now - lives * POPULARITY_HALF_LIFE), live(now));
      return catalogue.stats(pollId('p')).score;
    });
    expect(scores[1]).toBeCloseTo((scores[0] as number) / 2, 10);
    expect(scores[2]).toBeCloseTo((scores[0] as number) / 8, 10);
    // Old data that nothing came after counts as if it were of now.
    expect(catalogueWith(counted(now - 90 * DAY)).stats(pollId('p')).score).toBeCloseTo(
      scores[0] as number,
      10,
    );
  });

  it('is the same whether a flow has counted the votes or they were counted as they came', () => {
    const vote = fc.record({
      age: fc.integer({ min: 0, max: 3 * DAY }),
      isEstablished: fc.boolean(),
      isLive: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(vote, { maxLength: 30 }), (votes) => {
        const flow = now - 3 * DAY;
        const entry = (isCounted: (vote: { readonly isLive: boolean }) => boolean) => {
          const sum = (of: typeof votes) =>
            of.reduce(
              (total, { age, isEstablished }) =>
                addDecayed(total, (isEstablished ? established : firstVotes)(1, now - age)),
              established(0, flow),
            );
          const [counted, live] = [votes.filter(isCounted), votes.filter((each) => !isCounted(each))];
          return catalogueEntry(poll('p'), {
            statistics: statistics({ decayed: sum(counted), firstVoteOdds: 0.5, through: flow }),
            liveActivity: sum(live),
          });
        };
        const anchor = catalogueEntry(poll('q'), { liveActivity: established(1, now) });
        const together = catalogueWith(
          entry(() => true),
          anchor,
        ).stats(pollId('p')).score;
        const apart = catalogueWith(
          entry(({ isLive }) => !isLive),
          anchor,
        ).stats(pollId('p')).score;
        expect(apart).toBeCloseTo(together, 8);
      }),
    );
  });

  it('does not rise over others by a flood of new accounts, between two flows either', () => {
    const usual = { firstVoteOdds: 0.25 };
    const catalogue = catalogueWith(
      catalogueEntry(poll('flooded'), {
        statistics: statistics({ ...usual, pollId: pollId('flooded'), decayed: established(2) }),
        liveVotes: [{ optionId: agree, votes: 5_000 }],
        liveActivity: firstVotes(5_000),
      }),
      catalogueEntry(poll('young'), {
        liveVotes: [{ optionId: agree, votes: 900 }],
        liveActivity: firstVotes(900),
      }),
      catalogueEntry(poll('rising'), {
        statistics: statistics({ ...usual, pollId: pollId('rising'), decayed: established(20) }),
        liveVotes: [{ optionId: agree, votes: 8 }],
        liveActivity: { established: 6, first: 2, at: now },
      }),
    );
    expect(catalogue.popular().map(({ id }) => id)).toEqual(['rising', 'flooded', 'young']);
    expect(catalogue.votedSince().map(({ id }) => id)).toEqual(['rising', 'flooded', 'young']);
  });
});

describe('the orders of the catalogue', () => {
  it('are newest first and most popular first, and change with it', () => {
    const catalogue = catalogueWith(
      catalogueEntry(poll('old', { createdAt: now - 9 * DAY }), {
        statistics: statistics({ pollId: pollId('old') }),
      }),
      catalogueEntry(poll('new', { createdAt: now })),
    );
    expect(catalogue.newest().map(({ id }) => id)).toEqual(['new', 'old']);
    expect(catalogue.popular().map(({ id }) => id)).toEqual(['old', 'new']);
    expect(catalogue.uncounted().map(({ id }) => id)).toEqual(['new']);
    catalogue.apply([catalogueEntry(poll('newer', { createdAt: now + 1 }))]);
    expect(catalogue.newest()[0]?.id).toBe('newer');
  });

  it('tell which polls have few votes, newest first, as votes come in', () => {
    const voted = (id: string, votes: number) =>
      catalogueEntry(poll(id, { createdAt: now - votes }), { liveVotes: [{ optionId: agree, votes }] });
    const catalogue = catalogueWith(voted('two', 2), voted('none', 0), voted('three', 3));
    const ids = (than: number) => catalogue.withFewerVotes(than).map(({ id }) => id);
    expect(ids(3)).toEqual(['none', 'two']);
    expect(ids(4)).toEqual(['none', 'two', 'three']);
    expect(ids(3)).toEqual(['none', 'two']);
    catalogue.apply([voted('none', 5)]);
    expect(ids(3)).toEqual(['two']);
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
