import { describe, expect, it } from 'vitest';
import type { PollEvent, VoteEvent } from '../domain/event.js';
import { findOption, type Poll } from '../domain/poll.js';
import { DAY, HOUR } from '../domain/time.js';
import { makeSamples, SAMPLE_USER } from './make-samples.js';

const NOW = Date.UTC(2026, 10, 23, 18, 45);

function collect(seed: number, now = NOW) {
  const batches = [...makeSamples({ seed, now })];
  const polls: Poll[] = batches.flatMap((batch) => (batch.polls ?? []).map(({ poll }) => poll));
  const events: PollEvent[] = batches.flatMap((batch) => batch.events ?? []);
  const votes = events.filter((event): event is VoteEvent => event.kind === 'VOTE');
  return { batches, polls, events, votes };
}

const { batches, polls, events, votes } = collect(1);
const pollOf = new Map<string, Poll>(polls.map((poll) => [poll.id, poll]));

const countBy = <T>(items: readonly T[], keyOf: (item: T) => string): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
};

describe('makeSamples', () => {
  it('gives the same rows for the same seed and time, and others for another seed', () => {
    expect(collect(1).batches).toEqual(batches);
    expect(collect(2).events.slice(0, 100)).not.toEqual(events.slice(0, 100));
  });

  it('moves all times by as much as the time it is given', () => {
    const later = collect(1, NOW + DAY);
    expect(later.events.length).toBe(events.length);
    expect(later.events.map((event) => event.occurredAt - DAY)).toEqual(
      events.map((event) => event.occurredAt),
    );
  });

  it('gives topics and polls first, then events from old to new', () => {
    expect(batches[0]?.topics?.length).toBeGreaterThanOrEqual(8);
    expect(
      batches.slice(1).every((batch) => batch.polls === undefined && (batch.events?.length ?? 0) > 0),
    ).toBe(true);
    const times = events.map((event) => event.occurredAt);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(events.map((event) => event.eventId)).size).toBe(events.length);
  });

  it('makes polls of distinct questions in several topics and two languages, with authors', () => {
    expect(polls).toHaveLength(240);
    expect(new Set(polls.map((poll) => poll.question)).size).toBe(polls.length);
    expect(new Set(polls.flatMap((poll) => poll.topics)).size).toBe(10);
    const languages = countBy(polls, (poll) => poll.language ?? '');
    expect(languages.get('en')).toBe(160);
    expect(languages.get('de')).toBe(80);
    expect(polls.every((poll) => poll.authorId !== null && poll.createdAt <= NOW)).toBe(true);
    expect(polls.filter((poll) => poll.options[0]?.id === 'a').length).toBeGreaterThan(20);
    expect(polls.every((poll) => poll.options.length >= 3 && poll.options.length <= 4)).toBe(true);
  });

  it('lets users vote only for an option of a poll that was there and open, up to now', () => {
    const isValid = (event: PollEvent): boolean => {
      const poll = pollOf.get(event.pollId);
      if (poll === undefined || event.occurredAt > NOW || event.occurredAt <= poll.createdAt) return false;
      if (event.occurredAt >= (poll.closesAt ?? Number.POSITIVE_INFINITY)) return false;
      if (event.kind !== 'VOTE') return true;
      return findOption(poll, event.optionId) !== null && event.isAuthor === (event.userId === poll.authorId);
    };
    expect(events.filter((event) => !isValid(event))).toEqual([]);
  });

  it('makes about 40,000 votes by 1,200 users within 60 days, with re-votes, skips and impressions', () => {
    expect(votes.length).toBeGreaterThan(30_000);
    expect(votes.length).toBeLessThan(45_000);
    expect(new Set(votes.map((vote) => vote.userId)).size).toBe(1_200);
    const recent = votes.filter((vote) => !vote.isAuthor);
    expect(Math.min(...recent.map((vote) => vote.occurredAt))).toBeGreaterThan(NOW - 60 * DAY - HOUR);
    const pairs = countBy(recent, (vote) => `${vote.userId} ${vote.pollId}`);
    const repeated = [...pairs.values()].filter((count) => count > 1).length;
    expect(repeated).toBeGreaterThan(300);
    const kinds = countBy(events, (event) => event.kind);
    expect(kinds.get('IMPRESSION')).toBeGreaterThan(3_000);
    expect(kinds.get('SKIP')).toBeGreaterThan(1_000);
    expect(kinds.get('DISMISS')).toBeGreaterThan(50);
  });

  it('has closed polls, polls about to close, and new ones with few votes', () => {
    expect(polls.filter((poll) => poll.status === 'CLOSED').length).toBeGreaterThanOrEqual(5);
    expect(polls.filter((poll) => (poll.closesAt ?? 0) > NOW).length).toBeGreaterThanOrEqual(5);
    const fresh = polls.filter((poll) => poll.createdAt > NOW - 2 * DAY);
    expect(fresh.length).toBeGreaterThanOrEqual(8);
    const perPoll = countBy(votes, (vote) => vote.pollId);
    for (const poll of fresh) expect(perPoll.get(poll.id) ?? 0).toBeLessThan(40);
  });

  it('leaves everyone polls to be recommended, and gives the sample user plenty of votes', () => {
    const perUser = countBy(votes, (vote) => vote.userId);
    expect(perUser.get(SAMPLE_USER)).toBeGreaterThan(50);
    expect(Math.max(...perUser.values())).toBeLessThan(150);
  });

  it('has tastes: who agrees with one green statement agrees with others more than those who do not', () => {
    const green = new Set([
      'City centres should be closed to private cars.',
      'Organic food is worth its price.',
      'Every street should have trees, even if parking is lost.',
      'I would pay more for electricity if it was clean.',
      'School canteens should serve meat on one day a week only.',
      'Ski slopes with artificial snow should be closed.',
      'Single-family houses waste land and energy.',
    ]);
    const opinions = votes.filter(
      (vote) => green.has(pollOf.get(vote.pollId)?.question ?? '') && vote.optionId !== 'pass',
    );
    const pairs = opinions.flatMap((one) =>
      opinions
        .filter((other) => other.userId === one.userId && other.pollId !== one.pollId)
        .map((other) => ({ one: one.optionId === 'agree', other: other.optionId === 'agree' })),
    );
    const shareWhere = (side: boolean): number => {
      const others = pairs.filter(({ one }) => one === side);
      return others.filter(({ other }) => other).length / others.length;
    };
    expect(pairs.length).toBeGreaterThan(200);
    expect(shareWhere(true) - shareWhere(false)).toBeGreaterThan(0.3);
  });
});
