import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { askTop, openModel } from '../../../tests/support/model-runs.js';
import { pollStatistics } from '../../../tests/support/poll-statistics.js';
import { tempFolders } from '../../../tests/support/temp-folder.js';
import { DEFAULT_POLARITY } from '../../domain/polarity.js';
import type { ModelSession } from '../evaluation/model-session.js';
import { writePopularGraph } from './popular-graph.js';
import { type PopularPoll, scorePopular } from './popular-model.js';

const folders = tempFolders();

interface PollFacts {
  readonly id: string;
  readonly decayedVotes: number;
  readonly agree?: number;
  readonly disagree?: number;
  readonly trend?: number;
  readonly topics?: readonly string[];
  readonly language?: string | null;
}

const poll = ({
  id,
  decayedVotes,
  agree = 0,
  disagree = 0,
  trend = 0,
  topics = [],
  language = null,
}: PollFacts): PopularPoll => ({
  topics,
  language,
  statistics: pollStatistics(id, {
    votes: { agree, disagree },
    decayed: { established: decayedVotes, first: 0, at: 0 },
    trend,
  }),
});

const POLLS = [
  poll({ id: 'disliked', decayedVotes: 40, disagree: 95, topics: ['food'], language: 'en' }),
  poll({ id: 'liked', decayedVotes: 20, agree: 95, topics: ['food', 'sport'], language: 'de' }),
  poll({ id: 'new', decayedVotes: 0, topics: ['sport'], language: 'en' }),
  poll({ id: 'rising', decayedVotes: 5, agree: 5, trend: 3, topics: ['sport'], language: 'en' }),
  poll({ id: 'lone', decayedVotes: 8, agree: 45, disagree: 45 }),
];

let session: ModelSession;
beforeAll(async () => {
  session = await openModel(writePopularGraph(scorePopular(POLLS, DEFAULT_POLARITY)), await folders.make());
  return () => session.release();
});

async function list(asks: readonly string[], exclude: readonly string[] = []): Promise<string[]> {
  const [answer] = await askTop(session, 'segment', [{ asks, exclude, limit: POLLS.length }]);
  return answer?.polls.filter((id) => id !== '') ?? [];
}

describe('popular', () => {
  it('orders by decayed votes times smoothed agree share', async () => {
    const [answer] = await askTop(session, 'segment', [{ asks: [''], limit: 10 }]);
    expect(answer?.polls).toEqual(['liked', 'lone', 'rising', 'disliked', 'new']);
    // 20 · (95 + 5 · 0.5) / (95 + 5)
    expect(answer?.scores[0]).toBeCloseTo(19.5, 5);
    expect(answer?.scores[4]).toBe(0);
  });

  it('keeps to topics and languages, all of which must hold', async () => {
    expect(await list(['@topic:food'])).toEqual(['liked', 'disliked']);
    expect(await list(['@topic:food', '@topic:sport'])).toEqual(['liked']);
    expect(await list(['', '@language:en', '@topic:sport'])).toEqual(['rising', 'new']);
    expect(await list(['@topic:food', '@topic:none'])).toEqual([]);
    expect(await list(['nonsense'])).toEqual([]);
  });

  it('orders by the trend where that is asked for', async () => {
    expect(await list(['@trending'])).toEqual(['rising', 'liked', 'lone', 'disliked', 'new']);
    expect(await list(['@trending', '@topic:food'])).toEqual(['liked', 'disliked']);
  });

  it('leaves out what is excluded, and takes unknown ids for nothing', async () => {
    expect(await list([''], ['liked', '', 'gone', 'new', 'liked'])).toEqual(['lone', 'rising', 'disliked']);
  });

  it('fills each row of a batch up with nothing, to the largest limit', async () => {
    const answers = await askTop(session, 'segment', [
      { asks: ['@topic:food'], limit: 1 },
      { asks: ['@language:de'], exclude: [], limit: 3 },
    ]);
    expect(answers).toEqual([
      { polls: ['liked', '', ''], scores: [expect.closeTo(19.5, 4), 0, 0], because: [], weights: [] },
      { polls: ['liked', '', ''], scores: [expect.closeTo(19.5, 4), 0, 0], because: [], weights: [] },
    ]);
  });

  it('answers a batch as it answers each row', async () => {
    const condition = fc.constantFrom(
      '',
      '@trending',
      '@topic:food',
      '@topic:sport',
      '@language:en',
      '@topic:none',
    );
    const row = fc.record({
      asks: fc.array(condition, { maxLength: 3 }),
      exclude: fc.subarray(['liked', 'lone', 'gone', '']),
      limit: fc.integer({ min: 1, max: 7 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 5 }), async (rows) => {
        const together = await askTop(session, 'segment', rows);
        for (const [index, one] of rows.entries()) {
          const [alone] = await askTop(session, 'segment', [one]);
          const given = (polls: readonly string[] = []): string[] => polls.filter((id) => id !== '');
          expect(given(together[index]?.polls)).toEqual(given(alone?.polls));
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('scorePopular', () => {
  it('gives the same bytes for the same statistics', () => {
    const write = (): Uint8Array => writePopularGraph(scorePopular(POLLS, DEFAULT_POLARITY));
    expect(Buffer.compare(write(), write())).toBe(0);
  });

  it('refuses numbers that are not finite, and an empty catalogue', () => {
    for (const broken of [{ decayedVotes: Number.NaN }, { decayedVotes: 1, trend: Number.NaN }]) {
      expect(() => scorePopular([poll({ id: 'x', ...broken })], DEFAULT_POLARITY)).toThrow(
        expect.objectContaining({ code: 'INVALID_MODEL' }),
      );
    }
    expect(() => scorePopular([], DEFAULT_POLARITY)).toThrow(
      expect.objectContaining({ code: 'INVALID_DATA' }),
    );
  });
});
