import { describe, expect, it } from 'vitest';
import { MiniSearchPolls } from './minisearch-polls.js';
import { pollSearchContract, searchablePoll } from './poll-search.contract.js';

pollSearchContract('MiniSearchPolls', async () => {
  const search = new MiniSearchPolls();
  return { search, fill: async (polls) => search.put(polls) };
});

describe('MiniSearchPolls', () => {
  it('finds the present text only after thousands of changes', async () => {
    const search = new MiniSearchPolls();
    const words = ['apple', 'melon', 'grape', 'peach', 'lemon'];
    for (let round = 0; round < 20; round += 1) {
      const polls = Array.from({ length: 200 }, (_, index) =>
        searchablePoll(`p${index}`, `Round ${words[(index + round) % words.length]} number${index}`),
      );
      search.put(polls);
    }
    const found = await search.search('apple', 1_000);
    // In the last round, 19, the first word goes to every fifth poll from the second on.
    expect(found.map((hit) => hit.pollId).toSorted()).toEqual(
      Array.from({ length: 40 }, (_, index) => `p${index * 5 + 1}`).toSorted(),
    );
    expect((await search.search('number7', 5))[0]?.pollId).toBe('p7');
  });
});
