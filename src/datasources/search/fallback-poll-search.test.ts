import { expect, it } from 'vitest';
import { UnavailableError } from '../../domain/errors.js';
import { pollId } from '../../domain/ids.js';
import type { Poll } from '../../domain/poll.js';
import { FallbackPollSearch } from './fallback-poll-search.js';
import { MiniSearchPolls } from './minisearch-polls.js';
import { searchablePoll } from './poll-search.contract.js';
import type { PollSearch } from './poll-search.js';

const FERRIES = [
  searchablePoll('a', 'Should the evening ferry run?'),
  searchablePoll('b', 'Should the morning ferry run?'),
];

async function searching(first: Partial<PollSearch>) {
  const told: unknown[] = [];
  const elsewhere: PollSearch = {
    put: () => undefined,
    search: async () => [{ pollId: pollId('elsewhere'), score: 1 }],
    similar: async () => [{ pollId: pollId('elsewhere'), score: 1 }],
    ...first,
  };
  const search = new FallbackPollSearch({
    first: elsewhere,
    second: new MiniSearchPolls(),
    timeoutMs: 20,
    onFallback: (error) => void told.push(error),
  });
  await search.put(FERRIES).catch(() => undefined);
  return { search, told };
}

const away = async (): Promise<never> => {
  throw new UnavailableError('no node answers');
};

it('answers by the first while that answers, an empty answer included', async () => {
  const { search, told } = await searching({ similar: async () => [] });
  expect(await search.search('ferry', 5)).toEqual([{ pollId: 'elsewhere', score: 1 }]);
  expect(await search.similar(FERRIES[0] as Poll, 5)).toEqual([]);
  expect(told).toEqual([]);
});

it('answers by the second where the first is away, which it was told of all the same', async () => {
  const { search, told } = await searching({ put: away, search: away, similar: away });
  expect((await search.search('evening ferry', 5)).map((hit) => hit.pollId)).toEqual(['a']);
  expect((await search.similar(FERRIES[0] as Poll, 5)).map((hit) => hit.pollId)).toEqual(['b']);
  expect(told).toEqual([
    expect.objectContaining({ code: 'UNAVAILABLE' }),
    expect.objectContaining({ code: 'UNAVAILABLE' }),
  ]);
});

it('waits for the first no longer than it may', async () => {
  const { search, told } = await searching({ search: () => new Promise(() => undefined) });
  expect((await search.search('evening', 5)).map((hit) => hit.pollId)).toEqual(['a']);
  expect(told).toEqual([expect.objectContaining({ code: 'TIMED_OUT' })]);
});

it('hides no fault of the program', async () => {
  const { search } = await searching({
    search: async () => {
      throw new TypeError('a bug');
    },
  });
  await expect(search.search('ferry', 5)).rejects.toThrow('a bug');
});
