import type { PollId } from '../../domain/ids.js';
import type { Poll } from '../../domain/poll.js';

export interface SearchHit {
  readonly pollId: PollId;
  /** Relevance; comparable within one answer only. */
  readonly score: number;
}

/** Full text over questions, option labels and topics, in any language. */
export interface PollSearch {
  /**
   * Makes polls findable: adds, replaces (by id) or, for a poll that is not open, removes. A search over the shared catalogue
   * itself has nothing to do: it finds a poll within a second of its being written there.
   */
  put(polls: readonly Poll[]): void | Promise<void>;
  /** Best first; empty for a query without a word. Tolerates a typing error in longer words. `accepts`: what may be found. */
  search(query: string, limit: number, accepts?: (id: PollId) => boolean): Promise<SearchHit[]>;
  /** Polls with a text like this poll's, best first, without itself. */
  similar(poll: Poll, limit: number): Promise<SearchHit[]>;
}
