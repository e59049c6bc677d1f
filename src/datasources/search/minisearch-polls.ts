import MiniSearch, { type SearchOptions } from 'minisearch';
import type { PollId } from '../../domain/ids.js';
import type { Poll } from '../../domain/poll.js';
import { type PollText, pollText, wholeText } from '../../domain/poll-text.js';
import { isUnspaced, words } from '../../domain/words.js';
import {
  type MatchWay,
  mostPollsOfTellingWord,
  ONE_ERROR_LENGTH,
  PREFIX_LENGTH,
  QUERY_WORDS,
  TWO_ERRORS_LENGTH,
  WAYS,
  WEIGHTS,
} from './match-rules.js';
import type { PollSearch, SearchHit } from './poll-search.js';

/** How many words stand for a poll where others like it are looked for. */
const TELLING_WORDS = 12;
interface IndexedText extends PollText {
  readonly id: PollId;
}

const textOf = (poll: Poll): IndexedText => ({ id: poll.id, ...pollText(poll) });

const hasSameText = (a: PollText, b: PollText): boolean =>
  a.question === b.question && a.options === b.options && a.topics === b.topics;

const distinctWords = (text: PollText): Set<string> => new Set(words(wholeText(text)));

/** Two letters that have changed places are two errors. */
const tolerance = (word: string): number | boolean => {
  if (word.length < ONE_ERROR_LENGTH || isUnspaced(word)) return false;
  return word.length < TWO_ERRORS_LENGTH ? 1 : 2;
};

const optionsOf = ({ words: wanted, withErrors }: MatchWay): SearchOptions => ({
  boost: WEIGHTS,
  combineWith: wanted === 'all' ? 'AND' : 'OR',
  prefix: (word) => word.length >= PREFIX_LENGTH || isUnspaced(word),
  ...(withErrors ? { fuzzy: tolerance } : {}),
});

/** Full text search in memory. Polls that close by time stay in it: whoever asks checks what may be shown. */
export class MiniSearchPolls implements PollSearch {
  readonly #texts = new Map<PollId, IndexedText>();
  /** In how many polls a word is: the fewer, the more it tells. */
  readonly #pollsWith = new Map<string, number>();
  readonly #index = new MiniSearch<IndexedText>({
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
      const options = optionsOf(way);
      const found = this.#find(
        wanted,
        accepts === undefined ? options : { ...options, filter: ({ id }) => accepts(id) },
      );
      if (found.length > 0) return found.slice(0, limit);
    }
    return [];
  }

  async similar(poll: Poll, limit: number): Promise<SearchHit[]> {
    const telling = this.#tellingWords(textOf(poll));
    const others = this.#find(telling, {
      boost: WEIGHTS,
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

  #add(text: IndexedText): void {
    this.#texts.set(text.id, text);
    this.#index.add(text);
    for (const word of distinctWords(text)) this.#pollsWith.set(word, (this.#pollsWith.get(word) ?? 0) + 1);
  }

  #remove(text: IndexedText): void {
    this.#texts.delete(text.id);
    this.#index.discard(text.id);
    for (const word of distinctWords(text)) {
      const left = (this.#pollsWith.get(word) ?? 1) - 1;
      if (left === 0) this.#pollsWith.delete(word);
      else this.#pollsWith.set(word, left);
    }
  }

  /** The rarest words of the text that are in other polls, too. */
  #tellingWords(text: IndexedText): string[] {
    const own = this.#texts.has(text.id) ? 1 : 0;
    const inOthers = (word: string): number => (this.#pollsWith.get(word) ?? 0) - own;
    const most = mostPollsOfTellingWord(this.#texts.size);
    return [...distinctWords(text)]
      .filter((word) => inOthers(word) > 0 && inOthers(word) <= most)
      .sort((a, b) => inOthers(a) - inOthers(b))
      .slice(0, TELLING_WORDS);
  }
}
