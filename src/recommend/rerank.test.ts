import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { samplePoll } from '../../tests/support/edge-services.js';
import { emptyFeatures, type UserFeatures } from '../domain/features.js';
import { pollId, userId } from '../domain/ids.js';
import { PRESET_SCENARIOS, type Scenario } from '../domain/scenario.js';
import { DAY } from '../domain/time.js';
import type { Candidate } from './candidate.js';
import { fatigue } from './fatigue.js';
import { QuestionVectors } from './question-vectors.js';
import { type RerankOptions, rerank } from './rerank.js';

const now = Date.UTC(2026, 0, 10);
const features = emptyFeatures(userId('me'), now);
const { home } = PRESET_SCENARIOS;

const options = (changes: Partial<RerankOptions> = {}): RerankOptions => ({
  scenario: home,
  features,
  context: { topics: [], languages: [] },
  now,
  places: 10,
  questions: new QuestionVectors(),
  exploration: null,
  ...changes,
});

/** Best first, as strategies give them. */
const candidates = fc
  .uniqueArray(
    fc.record({
      id: fc.string({ minLength: 1, maxLength: 8 }),
      topic: fc.constantFrom('a', 'b', 'c'),
      language: fc.constantFrom('en', 'de'),
      score: fc.integer({ min: -1_000, max: 1_000 }).map((value) => value / 1_000),
    }),
    { selector: ({ id }) => id, maxLength: 40 },
  )
  .map((items) =>
    items
      .map(
        ({ id, topic, language, score }): Candidate => ({
          poll: samplePoll(id, { question: id, topics: [topic], language }),
          score,
          kind: 'POPULAR',
          because: null,
        }),
      )
      .sort((a, b) => b.score - a.score),
  );

const idsOf = (list: readonly Candidate[]) => list.map(({ poll }) => poll.id);
const shown = (id: string, count: number, daysAgo = 0): UserFeatures => ({
  ...features,
  impressions: [{ pollId: pollId(id), count, lastSeenAt: now - daysAgo * DAY }],
});

describe('re-ranking', () => {
  it('gives as many polls as there are and are wanted, each once, with their own scores', () => {
    fc.assert(
      fc.property(candidates, fc.integer({ min: 0, max: 30 }), (list, places) => {
        const ranked = rerank(list, options({ places }));
        expect(ranked).toHaveLength(Math.min(places, list.length));
        expect(new Set(idsOf(ranked)).size).toBe(ranked.length);
        for (const candidate of ranked) expect(list).toContain(candidate);
      }),
    );
  });

  it('begins with the best poll where nothing else speaks', () => {
    fc.assert(
      fc.property(candidates, (list) => {
        const [first] = rerank(list, options({ features: null }));
        expect(first?.score).toBe(list[0]?.score);
      }),
    );
  });

  it('is by score alone without diversity', () => {
    fc.assert(
      fc.property(candidates, (list) => {
        const scenario: Scenario = { ...home, diversity: 0 };
        const ranked = rerank(list, options({ scenario, places: 40 }));
        expect(ranked.map(({ score }) => score)).toEqual(list.map(({ score }) => score));
      }),
    );
  });

  it('gives the same order for scores on another scale', () => {
    fc.assert(
      fc.property(candidates, fc.integer({ min: -8, max: 8 }), (list, power) => {
        // Powers of two, so that no rounding makes a tie or breaks one.
        const scaled = list.map((candidate) => ({ ...candidate, score: candidate.score * 2 ** power }));
        const tired = shown(list[0]?.poll.id ?? '', 2);
        expect(idsOf(rerank(scaled, options({ features: tired })))).toEqual(
          idsOf(rerank(list, options({ features: tired }))),
        );
      }),
    );
  });

  it('never lifts a poll that was shown or skipped, whatever the sign of its score', () => {
    fc.assert(
      fc.property(candidates, fc.nat(39), (list, index) => {
        const poll = list[index]?.poll;
        if (poll === undefined) return;
        const place = (known: UserFeatures) =>
          idsOf(rerank(list, options({ features: known, places: list.length }))).indexOf(poll.id);
        expect(place(shown(poll.id, 3))).toBeGreaterThanOrEqual(place(features));
      }),
    );
  });

  it('mixes topics where scores are near', () => {
    const near = Array.from({ length: 40 }, (_, n): Candidate => {
      const topics = [n < 12 ? 'a' : 'b'];
      const poll = samplePoll(`p${n}`, { question: String.fromCharCode(0x3400 + 3 * n), topics });
      return { poll, score: 1 - n / 1_000, kind: 'POPULAR', because: null };
    });
    const topicsOf = (scenario: Scenario) =>
      rerank(near, options({ scenario })).map(({ poll }) => poll.topics[0]);
    expect(new Set(topicsOf({ ...home, diversity: 0 }))).toEqual(new Set(['a']));
    expect(
      topicsOf({ ...home, diversity: 2, topicWeight: 0.5 }).filter((topic) => topic === 'b').length,
    ).toBeGreaterThan(1);
  });

  it('lifts what the caller hints at, and nothing else', () => {
    const list = Array.from({ length: 30 }, (_, n): Candidate => {
      const poll = samplePoll(`p${n}`, { topics: [n % 2 === 0 ? 'even' : 'odd'] });
      return { poll, score: 1 - n / 100, kind: 'POPULAR', because: null };
    });
    const context = { topics: ['odd'], languages: [] };
    const [first, second] = rerank(list, options({ context, scenario: { ...home, diversity: 0 } }));
    expect([first?.poll.id, second?.poll.id]).toEqual(['p1', 'p3']);
  });

  it('shows other polls when a list is asked for again and again', () => {
    const list = Array.from({ length: 60 }, (_, n): Candidate => {
      const poll = samplePoll(`p${n}`, { question: `${n}` });
      return { poll, score: 1 - n / 100, kind: 'POPULAR', because: null };
    });
    const counts = new Map<string, number>();
    for (let reload = 0; reload < 10; reload++) {
      const impressions = [...counts].map(([id, count]) => ({ pollId: pollId(id), count, lastSeenAt: now }));
      for (const id of idsOf(rerank(list, options({ features: { ...features, impressions } }))))
        counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    expect(counts.size).toBeGreaterThan(20);
  });
});

describe('fatigue', () => {
  it('halves in the half-life of the scenario, and counts each time', () => {
    const of = (known: UserFeatures) => fatigue(known, home, now).get(pollId('p')) ?? 0;
    expect(of(shown('p', 1))).toBe(home.impressionPenalty);
    expect(of(shown('p', 1, 2))).toBeCloseTo(home.impressionPenalty / 2, 12);
    expect(of(shown('p', 4))).toBeCloseTo(4 * home.impressionPenalty, 12);
    expect(of(shown('p', 1, 60))).toBe(0);
  });
});
