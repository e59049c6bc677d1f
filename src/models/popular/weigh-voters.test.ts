import { describe, expect, it } from 'vitest';
import { pollStatistics } from '../../../tests/support/poll-statistics.js';
import { countedVotes, type VoterCounts } from '../../domain/popularity.js';
import { DAY, HOUR } from '../../domain/time.js';
import { type CountedPoll, type HourlyTraffic, weighVoters } from './weigh-voters.js';

const voters = (established: number, first = 0): VoterCounts => ({ established, first });

interface PollFacts {
  readonly window?: VoterCounts;
  readonly before?: VoterCounts;
  readonly begunBefore?: number;
  readonly seen?: { readonly window: number; readonly before: number };
}

/** A poll of two weeks with five votes a day, one of six by a newcomer, unless the test says otherwise. */
function counted(id: string, facts: PollFacts = {}): CountedPoll {
  const { window = voters(5, 1), before = voters(35, 7) } = facts;
  const {
    firstVoteOdds: _,
    trend: __,
    ...statistics
  } = pollStatistics(id, {
    decayed: { ...window, at: 100 * DAY },
  });
  const all = voters(2 * before.established + window.established, 2 * before.first + window.first);
  const seen = facts.seen ?? { window: 0, before: 0 };
  return { ...statistics, window, before, all, begunBefore: facts.begunBefore ?? 14 * DAY, seen };
}

/** The polls beside many usual ones, with the traffic that all make together. */
function weighed(...polls: readonly CountedPoll[]) {
  const usual = Array.from({ length: 60 }, (_, place) => counted(`usual ${place}`));
  const all = [...usual, ...polls];
  const sum = (of: (poll: CountedPoll) => VoterCounts): VoterCounts =>
    all.map(of).reduce((a, b) => voters(a.established + b.established, a.first + b.first), voters(0));
  const [window, before] = [sum((poll) => poll.window), sum((poll) => poll.before)];
  const traffic = Array.from({ length: 192 }, (_, hour): HourlyTraffic => {
    const [votes, hours] = hour < 24 ? [window, 24] : [before, 168];
    return { hour, established: votes.established / hours, first: votes.first / hours };
  });
  const found = new Map<string, { trend: number; popularity: number; firstVoteOdds: number | null }>();
  for (const { pollId, trend, decayed, firstVoteOdds } of weighVoters(all, traffic)) {
    found.set(pollId, { trend, popularity: countedVotes(decayed, firstVoteOdds), firstVoteOdds });
  }
  return (id: string) => found.get(id) ?? { trend: Number.NaN, popularity: Number.NaN, firstVoteOdds: null };
}

describe('a flood of votes', () => {
  const flooded = counted('flooded', { window: voters(1, 3_000), before: voters(14, 3) });
  const rising = counted('rising', { window: voters(40, 9) });

  it('by new accounts lifts a poll neither above those that rise nor into the trends', () => {
    const of = weighed(flooded, rising);
    expect(of('rising').trend).toBeGreaterThan(1);
    expect(of('flooded').trend).toBe(0);
    expect(of('rising').popularity).toBeCloseTo(49, 9);
    expect(of('flooded').popularity).toBeLessThan(8);
  });

  it('makes no other poll look quiet', () => {
    const alone = weighed(rising)('rising').trend;
    expect(weighed(flooded, rising)('rising').trend).toBeCloseTo(alone, 1);
  });

  it('on a poll that is born in it counts as three votes', () => {
    const born = counted('born', { window: voters(0, 3_000), before: voters(0), begunBefore: HOUR });
    expect(weighed(born)('born')).toMatchObject({ trend: 0, popularity: 3 });
  });
});

describe('first votes', () => {
  it('count in full where they are as usual', () => {
    const of = weighed(counted('usual'));
    expect(of('usual').firstVoteOdds).toBeCloseTo(0.2, 9);
    expect(of('usual').popularity).toBeCloseTo(6, 9);
  });

  it('count in full where all voters are new, and nobody can be told apart', () => {
    const polls = Array.from({ length: 80 }, (_, place) =>
      counted(`new ${place}`, { window: voters(0, 40), before: voters(0) }),
    );
    const of = weighed(...polls);
    expect(of('new 3').firstVoteOdds).toBeNull();
    expect(of('new 3').popularity).toBe(40);
  });
});

describe('a trend', () => {
  it('is measured by those who were shown the poll, where that is known', () => {
    const shown = (window: number) => ({ window: voters(40), seen: { window, before: 350 } });
    const of = weighed(
      counted('shown more', shown(400)),
      counted('shown as before', shown(50)),
      ...Array.from({ length: 30 }, (_, place) =>
        counted(`shown ${place}`, { seen: { window: 50, before: 350 } }),
      ),
    );
    expect(of('shown more').trend).toBe(0);
    expect(of('shown as before').trend).toBeGreaterThan(1);
  });

  it('is none of a day on which everything is busier', () => {
    const busy = Array.from({ length: 60 }, (_, place) =>
      counted(`busy ${place}`, { window: voters(15, 3) }),
    );
    const of = weighed(...busy.map((poll) => poll), ...busy.map((poll) => ({ ...poll })));
    expect(busy.filter(({ pollId }) => of(pollId).trend > 0)).toEqual([]);
  });

  it('is none of a poll that only began within the window and gets what polls get', () => {
    const young = counted('young', { window: voters(6, 1), before: voters(0), begunBefore: 20 * HOUR });
    expect(weighed(young)('young').trend).toBe(0);
  });
});
