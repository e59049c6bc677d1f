import { describe, expect, it } from 'vitest';
import { optionId, pollId } from './ids.js';
import type { Poll } from './poll.js';
import { searchableText } from './poll-text.js';

const poll = (language: string | null): Poll => ({
  id: pollId('p'),
  question: 'Grüne Städte?',
  options: ['Ja', '反対する'].map((label) => ({ id: optionId(label), label })),
  topics: ['Klima-Schutz', 'Stadt'],
  language,
  authorId: null,
  createdAt: 0,
  closesAt: null,
  status: 'OPEN',
});

describe('searchableText', () => {
  it('gives the folded words of each part', () => {
    expect(searchableText(poll(null)).words).toEqual({
      question: 'grune stadte',
      options: 'ja 反対 する',
      topics: 'klima schutz stadt',
    });
  });

  it.each([
    ['de', 'de'],
    ['DE-at', 'de'],
    ['gsw', 'gsw'],
  ])('gives the text of a poll in %s as it is written under %s', (tag, language) => {
    expect(searchableText(poll(tag)).stems).toEqual({
      [language]: 'Grüne Städte?\nJa\n反対する\nKlima-Schutz\nStadt',
    });
  });

  it.each([[null], [''], ['-'], ['german'], ['words.question']])('knows no language in %j', (tag) => {
    expect(searchableText(poll(tag)).stems).toEqual({});
  });
});
