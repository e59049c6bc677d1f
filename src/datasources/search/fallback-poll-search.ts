import { HunchError, TimedOutError } from '../../domain/errors.js';
import type { PollId } from '../../domain/ids.js';
import type { Poll } from '../../domain/poll.js';
import { within } from '../../domain/within.js';
import type { PollSearch, SearchHit } from './poll-search.js';

export interface FallbackPollSearchOptions {
  readonly first: PollSearch;
  /** Answers where the first does not. */
  readonly second: PollSearch;
  /** All the time the first may take for one answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Told why the second had to answer. */
  readonly onFallback: (error: unknown) => void;
}

/** Asks one search, and another where that is away or slow: an answer is never waited for longer than it may take. */
export class FallbackPollSearch implements PollSearch {
  readonly #options: FallbackPollSearchOptions;

  constructor(options: FallbackPollSearchOptions) {
    this.#options = options;
  }

  async put(polls: readonly Poll[]): Promise<void> {
    const { first, second } = this.#options;
    // The second stands in while the first is away, so that it must not wait for it.
    await second.put(polls);
    await first.put(polls);
  }

  search(query: string, limit: number, accepts?: (id: PollId) => boolean): Promise<SearchHit[]> {
    return this.#ask((search) => search.search(query, limit, accepts));
  }

  similar(poll: Poll, limit: number): Promise<SearchHit[]> {
    return this.#ask((search) => search.similar(poll, limit));
  }

  async #ask(question: (search: PollSearch) => Promise<SearchHit[]>): Promise<SearchHit[]> {
    const { first, second, timeoutMs, onFallback } = this.#options;
    const late = (): HunchError => new TimedOutError(`The search takes over ${timeoutMs} ms.`);
    const asked = question(first).catch((error: unknown) => {
      if (!(error instanceof HunchError)) throw error;
      return error;
    });
    const answer = await within<SearchHit[] | HunchError>(asked, timeoutMs, late);
    if (Array.isArray(answer)) return answer;
    onFallback(answer);
    return question(second);
  }
}
