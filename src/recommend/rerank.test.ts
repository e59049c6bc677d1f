import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyFeatures } from '../domain/features.js';
import { optionId, pollId, userId } from '../domain/ids.js';
import type { Poll } from '../domain/poll.js';
import { DAY } from '../domain/time.js';
import type { Candidate } from './candidate.js';
import { insertExploration } from './exploration.js';
import { fatigue, rerank } from './rerank.js';

const now = Date.UTC(2026, 0, 10);
const features = emptyFeatures(userId('me'), now);
const noContext = { topics: [], languages: [] };

const poll = (id: string, topic: string, language: string): Poll => ({
  id: pollId(id),
  question: id,
  options: ['agree', 'disagree'].map((option) => ({ id: optionId(option), label: option })),
  topics: [topic],
  language,
  authorId: null,
  createdAt: now - DAY,
  closesAt: null,
  status: 'OPEN',
});

const candidates = fc
  .uniqueArray(
    fc.record({
      id: fc.string({ minLength: 1, maxLength: 8 }),
      topic: fc.constantFrom('a', 'b', 'c'),
      language: fc.constantFrom('en', 'de'),
      score: fc.double({ min: -1, max: 1, noNaN: true }),
    }),
    { selector: ({ id }) => id, maxLength: 40 },
  )
  .map((items) =>
    items.map(
      ({ id, topic, language, score }): Candidate => ({
        poll: poll(id, topic, language),
        score,
        kind: 'POPULAR',
        because: null,
      }),
    ),
  );

const idsOf = (list: readonly Candidate[]) => list.map((candidate) => candidate.poll.id);

describe('re-ranking', () => {
  it('gives as many polls as there are and are wanted, each once, with their own scores', () => {
    fc.assert(
      fc.property(candidates, fc.integer({ min: 0, max: 30 }), (list, places) => {
        const ranked = rerank(list, { features, context: noContext, now, places });
        expect(ranked).toHaveLength(Math.min(places, list.length));
        expect(new Set(idsOf(ranked)).size).toBe(ranked.length);
        for (const candidate of ranked) expect(list).toContain(candidate);
      }),
    );
  });

  it('begins with the best poll where nothing else speaks', () => {
    fc.assert(
      fc.property(candidates, (list) => {
        const best = Math.max(...list.map(({ score }) => score));
        const [first] = rerank(list, { features: null, context: noContext, now, places: 10 });
        if (first !== undefined) expect(first.score).toBe(best);
      }),
    );
  });

  it('keeps the order of scores within one topic', () => {
    fc.assert(
      fc.property(candidates, (list) => {
        const oneTopic = list.filter((candidate) => candidate.poll.topics[0] === 'a');
        const scores = rerank(oneTopic, { features, context: noContext, now, places: 40 }).map(
          ({ score }) => score,
        );
        expect(scores).toEqual([...scores].sort((a, b) => b - a));
      }),
    );
  });

  it('never lifts a poll that was shown or skipped, whatever the sign of its score', () => {
    fc.assert(
      fc.property(candidates, fc.nat(39), (list, index) => {
        const shown = list[index];
        if (shown === undefined) return;
        const tired = {
          ...features,
          impressions: [{ pollId: shown.poll.id, count: 3, lastSeenAt: now }],
        };
        const place = (known: typeof features) =>
          idsOf(rerank(list, { features: known, context: noContext, now, places: list.length })).indexOf(
            shown.poll.id,
          );
        // Topics of the neighbours may change by one swap: compare within the poll's own topic, where only scores count.
        const own = list.filter((candidate) => candidate.poll.topics[0] === shown.poll.topics[0]);
        const among = (known: typeof features) =>
          idsOf(rerank(own, { features: known, context: noContext, now, places: own.length })).indexOf(
            shown.poll.id,
          );
        expect(among(tired)).toBeGreaterThanOrEqual(among(features));
        expect(place(tired)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('forgets impressions by half every two days', () => {
    const seen = (daysAgo: number) => ({
      ...features,
      impressions: [{ pollId: pollId('p'), count: 1, lastSeenAt: now - daysAgo * DAY }],
    });
    const factor = (daysAgo: number) => fatigue(seen(daysAgo), now).get(pollId('p')) ?? 1;
    expect(Math.log(factor(2))).toBeCloseTo(Math.log(factor(0)) / 2, 10);
    expect(factor(0)).toBeLessThan(1);
  });
});

describe('places for exploration', () => {
  it('keep the length, the first place and the order of the rest, and show each poll once', () => {
    fc.assert(
      fc.property(candidates, candidates, fc.integer({ min: 1, max: 20 }), (list, more, places) => {
        const explored = more
          .slice(0, Math.min(3, places - 1))
          .map((item) => ({ ...item, kind: 'EXPLORATION' as const }));
        const result = insertExploration(list, explored, places);
        const ids = idsOf(result);
        expect(new Set(ids).size).toBe(ids.length);
        expect(result.length).toBeLessThanOrEqual(places);
        for (const candidate of explored) expect(ids).toContain(candidate.poll.id);
        const rest = idsOf(list).filter((id) => !idsOf(explored).includes(id));
        expect(ids.filter((id) => !idsOf(explored).includes(id))).toEqual(
          rest.slice(0, result.length - explored.length),
        );
        if (rest.length > 0 && result.length > 0) expect(result[0]?.kind).toBe('POPULAR');
      }),
    );
  });
});
