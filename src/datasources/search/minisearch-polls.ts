import MiniSearch, { type SearchOptions } from 'minisearch';
import type { PollId } from '../../domain/ids.js';
import type { Poll } from '../../domain/poll.js';
import type { PollSearch, SearchHit } from './poll-search.js';
import { isUnspaced, words } from './words.js';

/** From this length on the beginning of a word finds it. */
const PREFIX_LENGTH = 4;
/** From these lengths on one and two wrong letters are tolerated; two letters that have changed places are two. */
const ONE_ERROR_LENGTH = 5;
const TWO_ERRORS_LENGTH = 7;
/** The words of a query that are looked for; a longer one is a text rather than a question. */
const QUERY_WORDS = 12;
/** How many words stand for a poll where others like it are looked for. */
const TELLING_WORDS = 12;
/** A word in a larger share of the polls tells nothing, unless these are few. */
const TELLING_SHARE = 0.1;
const FEW_POLLS = 20;

const BOOST = { question: 2, topics: 1.5, options: 1 };

interface PollText {
  readonly id: PollId;
  readonly question: string;
  readonly options: string;
  readonly topics: string;
}

const textOf = ({ id, question, options, topics }: Poll): PollText => ({
  id,
  question,
  options: options.map((option) => option.label).join('\n'),
  topics: topics.join('\n'),
});

const hasSameText = (a: PollText, b: PollText): boolean =>
  a.question === b.question && a.options === b.options && a.topics === b.topics;

const distinctWords = (text: PollText): Set<string> =>
  new Set(words([text.question, text.options, text.topics].join('\n')));

const tolerance = (word: string): number | boolean => {
  if (word.length < ONE_ERROR_LENGTH || isUnspaced(word)) return false;
  return word.length < TWO_ERRORS_LENGTH ? 1 : 2;
};

const WITH_PREFIXES: SearchOptions = {
  boost: BOOST,
  prefix: (word) => word.length >= PREFIX_LENGTH || isUnspaced(word),
};
const WITH_ERRORS: SearchOptions = { ...WITH_PREFIXES, fuzzy: tolerance };

/** From strict to lenient; the first that finds something answers. */
const WAYS: readonly SearchOptions[] = [
  { ...WITH_PREFIXES, combineWith: 'AND' },
  { ...WITH_ERRORS, combineWith: 'AND' },
  { ...WITH_ERRORS, combineWith: 'OR' },
];

/** Full text search in memory. Polls that close by time stay in it: whoever asks checks what may be shown. */
export class MiniSearchPolls implements PollSearch {
  readonly #texts = new Map<PollId, PollText>();
  /** In how many polls a word is: the fewer, the more it tells. */
  readonly #pollsWith = new Map<string, number>();
  readonly #index = new MiniSearch<PollText>({
    fields: ['question', 'options', 'topics'],
    tokenize: words,
    // Words are folded already.
    processTerm: (word) => word,
  });

  put(polls: readonly Poll[]): void {
    for (const poll of polls) {
      const text = poll.status === 'OPEN' ? textOf(poll) : null;
      const known = this.#texts.get(poll.id);
      // A poll is put whenever its votes change, and its text hardly ever does.
      if (text !== null && known !== undefined && hasSameText(text, known)) continue;
      if (known !== undefined) this.#remove(known);
      if (text !== null) this.#add(text);
    }
  }

  async search(query: string, limit: number, accepts?: (id: PollId) => boolean): Promise<SearchHit[]> {
    const wanted = words(query).slice(0, QUERY_WORDS);
    for (const way of WAYS) {
      const found = this.#find(
        wanted,
        accepts === undefined ? way : { ...way, filter: ({ id }) => accepts(id) },
      );
      if (found.length > 0) return found.slice(0, limit);
    }
    return [];
  }

  async similar(poll: Poll, limit: number): Promise<SearchHit[]> {
    const telling = this.#tellingWords(textOf(poll));
    const others = this.#find(telling, {
      boost: BOOST,
      combineWith: 'OR',
      filter: ({ id }) => id !== poll.id,
    });
    return others.slice(0, limit);
  }

  #find(wanted: readonly string[], options: SearchOptions): SearchHit[] {
    if (wanted.length === 0) return [];
    const query = { combineWith: options.combineWith ?? 'OR', queries: [...wanted] };
    const found = this.#index.search(query, { ...options, tokenize: (word) => [word] });
    return found.map(({ id, score }) => ({ pollId: id, score }));
  }

  #add(text: PollText): void {
    this.#texts.set(text.id, text);
    this.#index.add(text);
    for (const word of distinctWords(text)) this.#pollsWith.set(word, (this.#pollsWith.get(word) ?? 0) + 1);
  }

  #remove(text: PollText): void {
    this.#texts.delete(text.id);
    this.#index.discard(text.id);
    for (const word of distinctWords(text)) {
      const left = (this.#pollsWith.get(word) ?? 1) - 1;
      if (left === 0) this.#pollsWith.delete(word);
      else this.#pollsWith.set(word, left);
    }
  }

  /** The rarest words of the text that are in other polls, too. */
  #tellingWords(text: PollText): string[] {
    const own = this.#texts.has(text.id) ? 1 : 0;
    const inOthers = (word: string): number => (this.#pollsWith.get(word) ?? 0) - own;
    const most = Math.max(FEW_POLLS, TELLING_SHARE * this.#texts.size);
    return [...distinctWords(text)]
      .filter((word) => inOthers(word) > 0 && inOthers(word) <= most)
      .sort((a, b) => inOthers(a) - inOthers(b))
      .slice(0, TELLING_WORDS);
  }
}
