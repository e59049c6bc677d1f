import { isDeepStrictEqual } from 'node:util';
import type { Client } from '@elastic/elasticsearch';
import { UnavailableError } from '../../domain/errors.js';
import { type PollId, pollId, type UserId } from '../../domain/ids.js';
import { type BulkOperation, type DocumentVersion, sendBulk } from '../../platform/elasticsearch/bulk.js';
import { documentId } from '../../platform/elasticsearch/document-id.js';
import { explainedRefusal, unreadBecause } from '../../platform/elasticsearch/explained.js';
import { refresh } from './index-feed.js';
import { patienceFor } from './patience.js';
import type { PollChange } from './poll-changes.js';
import { decodePollDocument, encodePollDocument, type PollDocument, SEARCH_FIELDS } from './poll-document.js';

/** Documents of one request. */
export const POLLS_AT_ONCE = 1_000;

/** Each try loses only against a write that took place: so many lost in a row are no competition any more. */
const MOST_TRIES = 100;
const CONFLICT = 409;

interface VersionedDocument {
  readonly document: PollDocument;
  readonly version: DocumentVersion;
}

interface Attempt {
  readonly written: readonly PollDocument[];
  /** Ids of the documents that others have changed since they were read. */
  readonly conflicts: ReadonlySet<string>;
}

/** The documents of the index `polls`, read as they are at this moment and changed by several writers at once. */
export class PollDocuments {
  readonly #client: Client;
  readonly #index: string;

  constructor(client: Client, index: string) {
    this.#client = client;
    this.#index = index;
  }

  /** In the order asked for; null where there is none. */
  async get(ids: readonly PollId[]): Promise<(PollDocument | null)[]> {
    const found: (PollDocument | null)[] = [];
    for (let start = 0; start < ids.length; start += POLLS_AT_ONCE) {
      const page = await this.#read(ids.slice(start, start + POLLS_AT_ONCE));
      for (const known of page) found.push(known?.document ?? null);
    }
    return found;
  }

  /**
   * Changes documents, at most POLLS_AT_ONCE, and gives what became of those that do not stay as they are. A change that met
   * another writer is made again on what that one wrote, so that a change may be asked for more than once; what comes out the
   * same is not written. All are written in the order given.
   */
  async change(changes: ReadonlyMap<PollId, PollChange>): Promise<ReadonlyMap<PollId, PollDocument>> {
    const outcome = new Map<PollId, PollDocument>();
    let waiting = [...changes];
    for (let tries = 0; waiting.length > 0; tries += 1) {
      if (tries === MOST_TRIES) {
        throw new UnavailableError(
          `${waiting.length} polls were not written: ${MOST_TRIES} times others changed them meanwhile, or their index was blocked.`,
        );
      }
      const { written, conflicts } = await this.#tryToChange(waiting);
      for (const document of written) outcome.set(document.id, document);
      waiting = waiting.filter(([id]) => conflicts.has(documentId(id)));
    }
    return outcome;
  }

  /** All polls of that author that were written before this call. */
  async writtenBy(author: UserId): Promise<PollId[]> {
    await refresh(this.#client, this.#index);
    const ids: PollId[] = [];
    for (;;) {
      const page = await this.#pageWrittenBy(author, ids.at(-1) ?? null);
      ids.push(...page);
      if (page.length < POLLS_AT_ONCE) return ids;
    }
  }

  async #pageWrittenBy(author: UserId, after: PollId | null): Promise<PollId[]> {
    const { hits } = await this.#client.search({
      index: this.#index,
      size: POLLS_AT_ONCE,
      query: { term: { author_id: author } },
      sort: [{ poll_id: 'asc' }],
      ...(after === null ? {} : { search_after: [after] }),
      _source: false,
      track_total_hits: false,
      allow_partial_search_results: false,
    });
    return hits.hits.map(({ sort }) => pollId(String(sort?.[0])));
  }

  async #read(ids: readonly PollId[]): Promise<(VersionedDocument | null)[]> {
    if (ids.length === 0) return [];
    const { docs } = await this.#client.mget<unknown>(
      { index: this.#index, ids: ids.map(documentId), _source_excludes: SEARCH_FIELDS },
      { requestTimeout: patienceFor(ids.length).timeoutMs },
    );
    return docs.map((answer) => {
      if ('error' in answer) throw explainedRefusal(unreadBecause(answer.error), 'read the poll catalogue');
      const { found, _index: index, _seq_no: seqNo, _primary_term: primaryTerm } = answer;
      if (!found || seqNo === undefined || primaryTerm === undefined) return null;
      const version = { index, seqNo, primaryTerm };
      return { document: decodePollDocument(answer._source), version };
    });
  }

  async #tryToChange(changes: readonly (readonly [PollId, PollChange])[]): Promise<Attempt> {
    const known = await this.#read(changes.map(([id]) => id));
    const operations: BulkOperation[] = [];
    const wanted: PollDocument[] = [];
    changes.forEach(([, change], place) => {
      const before = known[place] ?? null;
      const after = change(before?.document ?? null);
      if (after === null) return;
      wanted.push(after);
      // A flow puts the whole catalogue again; what is the same is no news for anybody.
      if (!isDeepStrictEqual(after, before?.document)) operations.push(writing(after, before));
    });
    const patience = patienceFor(operations.length);
    const failures = await sendBulk(this.#client, operations, { index: this.#index, ...patience });
    const refused = failures.find(({ status }) => status !== CONFLICT);
    if (refused !== undefined) throw explainedRefusal(refused, `write the poll ${refused.id}`);
    const conflicts = new Set(failures.map(({ id }) => id));
    return { written: wanted.filter(({ id }) => !conflicts.has(documentId(id))), conflicts };
  }
}

/** Only where the document is still as it was read. */
function writing(after: PollDocument, before: VersionedDocument | null): BulkOperation {
  const write = { id: documentId(after.id), document: encodePollDocument(after) };
  if (before === null) return { action: 'create', ...write };
  return { action: 'index', ...write, ifVersion: before.version };
}
