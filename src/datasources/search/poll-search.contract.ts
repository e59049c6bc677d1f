import { describe, expect, it } from 'vitest';
import { optionId, pollId } from '../../domain/ids.js';
import type { Poll, PollStatus } from '../../domain/poll.js';
import type { PollSearch, SearchHit } from './poll-search.js';

export interface PollSearchSetting {
  readonly search: PollSearch;
  /** Brings polls to where this search finds them, as the service does; they are findable when it resolves. */
  fill(polls: readonly Poll[]): Promise<void>;
}

interface PollFields {
  readonly language?: string;
  readonly options?: readonly string[];
  readonly topics?: readonly string[];
  readonly status?: PollStatus;
}

export const searchablePoll = (id: string, question: string, fields: PollFields = {}): Poll => ({
  id: pollId(id),
  question,
  options: (fields.options ?? ['Agree', 'Disagree']).map((label, index) => ({
    id: optionId(`${index}`),
    label,
  })),
  topics: fields.topics ?? [],
  language: fields.language ?? null,
  authorId: null,
  createdAt: 0,
  closesAt: null,
  status: fields.status ?? 'OPEN',
});

const POLLS = [
  searchablePoll('bikes', 'Should the city build more bicycle lanes?', { topics: ['traffic'] }),
  searchablePoll('cars', 'Should cars be banned from the city centre?', { topics: ['traffic'] }),
  searchablePoll('tea', 'What do you drink in the morning?', { options: ['Green tea', 'Café crème'] }),
  searchablePoll('street', 'Soll die Straße für Autos gesperrt werden?', { topics: ['verkehr'] }),
  searchablePoll('green', 'Grüner Strom statt Kohle?', { topics: ['Klimaschutz'] }),
  searchablePoll('privacy', '個人情報保護法を欧州並みに強化する', { topics: ['デジタル'] }),
  searchablePoll('voting', 'インターネット投票の導入', { topics: ['デジタル'] }),
  searchablePoll('taxi', '計程車服務品質應該提升', { topics: ['交通'] }),
  searchablePoll('dogs', 'Are dogs better than cats?'),
  searchablePoll('drivers', 'Do truck drivers deserve longer holidays?', { language: 'en' }),
  searchablePoll('gardens', 'Mehr Blumenwiesen in unseren Gärten?', { language: 'de-AT' }),
];

const ids = (hits: readonly SearchHit[]) => hits.map((hit) => hit.pollId);

/** What every search keeps to. */
export function pollSearchContract(name: string, make: () => Promise<PollSearchSetting>): void {
  describe(`${name} as PollSearch`, () => {
    const filled = async (): Promise<PollSearchSetting> => {
      const setting = await make();
      await setting.fill(POLLS);
      return setting;
    };
    /** For cases that only ask: filling a real server takes its time. */
    let shared: Promise<PollSearchSetting> | null = null;
    const filledOnce = (): Promise<PollSearchSetting> => {
      shared ??= filled();
      return shared;
    };
    const find = async (query: string): Promise<string[]> => {
      const { search } = await filledOnce();
      return ids(await search.search(query, 10));
    };

    it.each([
      ['bicycle lanes', 'bikes'],
      ['LANES', 'bikes'],
      ['bicy', 'bikes'],
      ['green tea', 'tea'],
      ['cafe creme', 'tea'],
      ['strasse', 'street'],
      ['STRASSE', 'street'],
      ['gruner', 'green'],
      ['klima', 'green'],
      ['個人情報', 'privacy'],
      ['欧州', 'privacy'],
      ['投票', 'voting'],
      ['インターネット', 'voting'],
      ['計程車', 'taxi'],
      ['交通', 'taxi'],
      ['ＤＯＧＳ', 'dogs'],
    ])('finds by %s', async (query, id) => {
      expect((await find(query))[0]).toBe(id);
    });

    it.each([
      ['driver', 'drivers'],
      ['truck driver holiday', 'drivers'],
      ['trucks', 'drivers'],
      ['blumenwiese', 'gardens'],
      ['Gärten', 'gardens'],
      ['gartens', 'gardens'],
    ])('finds other forms of a word in its language, such as %s', async (query, id) => {
      expect((await find(query))[0]).toBe(id);
    });

    it('looks on where matches may not be shown', async () => {
      const { search, fill } = await make();
      const polls = Array.from({ length: 2_500 }, (_, index) =>
        searchablePoll(`p${index}`, `Is the number ${index} even?`),
      );
      await fill(polls);
      const shown = new Set(polls.slice(2_300).map((poll) => poll.id));
      const hits = await search.search('even number', 150, (id) => shown.has(id));
      expect(hits).toHaveLength(150);
      expect(new Set(ids(hits)).size).toBe(150);
      expect(hits.every((hit) => shown.has(hit.pollId))).toBe(true);
      const all = await search.search('even number', 500, (id) => shown.has(id));
      expect(all).toHaveLength(200);
      expect(await search.search('even number', 500, () => false)).toEqual([]);
    });

    it.each([
      ['bicylce', 'bikes'],
      ['gespert', 'street'],
      ['mornign', 'tea'],
    ])('tolerates the typing error in %s', async (query, id) => {
      expect((await find(query))[0]).toBe(id);
    });

    it('takes short words to the letter', async () => {
      expect(await find('digs')).toEqual([]);
      expect(await find('dogs')).toEqual(['dogs']);
    });

    it('wants all words where a poll has them, else any', async () => {
      expect(await find('city cars')).toEqual(['cars']);
      expect((await find('city elephants')).toSorted()).toEqual(['bikes', 'cars']);
    });

    it('gives the best first, with falling scores, and no more than asked for', async () => {
      const { search } = await filledOnce();
      const hits = await search.search('traffic city', 10);
      expect(hits.length).toBeGreaterThan(1);
      expect(hits.map((hit) => hit.score)).toEqual(hits.map((hit) => hit.score).toSorted((a, b) => b - a));
      expect(ids(await search.search('traffic city', 1))).toEqual(ids(hits).slice(0, 1));
    });

    it.each(['', '   ', '?!', '🙂', '"'])('finds nothing by %j', async (query) => {
      expect(await find(query)).toEqual([]);
    });

    it('follows a poll that changes', async () => {
      const { search, fill } = await filled();
      await fill([searchablePoll('dogs', 'Are parrots better than budgies?')]);
      expect(ids(await search.search('dogs', 10))).toEqual([]);
      expect(ids(await search.search('parrots', 10))).toEqual(['dogs']);
    });

    it('finds open polls only, and those again that are reopened', async () => {
      const { search, fill } = await filled();
      for (const status of ['CLOSED', 'HIDDEN', 'REMOVED'] as const) {
        await fill([searchablePoll('dogs', 'Are dogs better than cats?', { status })]);
        expect(ids(await search.search('dogs', 10))).toEqual([]);
        await fill([searchablePoll('dogs', 'Are dogs better than cats?')]);
        expect(ids(await search.search('dogs', 10))).toEqual(['dogs']);
      }
      await fill([searchablePoll('never seen', 'Hidden treasures', { status: 'HIDDEN' })]);
      expect(ids(await search.search('treasures', 10))).toEqual([]);
    });

    it('finds similar polls by what they share that few others have', async () => {
      const { search } = await filledOnce();
      const bikes = POLLS.filter((poll) => poll.id === 'bikes');
      for (const poll of bikes) expect(ids(await search.similar(poll, 10))[0]).toBe('cars');
      const privacy = POLLS.filter((poll) => poll.id === 'privacy');
      for (const poll of privacy) expect(ids(await search.similar(poll, 10))[0]).toBe('voting');
    });

    it('gives similar polls without the poll itself, no more than asked for', async () => {
      const { search } = await filledOnce();
      for (const poll of POLLS) {
        const hits = ids(await search.similar(poll, 2));
        expect(hits).not.toContain(poll.id);
        expect(hits.length).toBeLessThanOrEqual(2);
      }
    });

    it('finds polls similar to one that it does not hold', async () => {
      const { search } = await filledOnce();
      const draft = searchablePoll('draft', 'Where should bicycle lanes go?', { options: [] });
      expect(ids(await search.similar(draft, 10))[0]).toBe('bikes');
      expect(await search.similar(searchablePoll('empty', '', { options: [] }), 10)).toEqual([]);
    });
  });
}
