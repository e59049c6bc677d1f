import type { Poll } from './poll.js';
import { words } from './words.js';

/** The parts of a poll that people search by; lists are joined by line breaks. */
export interface PollText {
  readonly question: string;
  readonly options: string;
  readonly topics: string;
}

/** A poll's text as a search engine takes it in. */
export interface SearchableText {
  /** Folded words of each part with a space between them: nothing is left to be told apart. */
  readonly words: PollText;
  /** The text as it is written by its language, such as `en`, whose endings are to be cut; empty for an unknown language. */
  readonly stems: Readonly<Record<string, string>>;
}

/** The text as it is written. */
export const pollText = ({ question, options, topics }: Poll): PollText => ({
  question,
  options: options.map((option) => option.label).join('\n'),
  topics: topics.join('\n'),
});

/** All parts in one. */
export const wholeText = ({ question, options, topics }: PollText): string =>
  [question, options, topics].join('\n');

export function searchableText(poll: Poll): SearchableText {
  const text = pollText(poll);
  const folded = (part: string): string => words(part).join(' ');
  // `de-AT` and `de` have the same endings.
  const [language = null] = poll.language?.toLowerCase().match(/^[a-z]{2,3}(?=-|$)/) ?? [];
  return {
    words: { question: folded(text.question), options: folded(text.options), topics: folded(text.topics) },
    stems: language === null ? {} : { [language]: wholeText(text) },
  };
}
