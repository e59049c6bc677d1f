import type { Client } from '@elastic/elasticsearch';
import { HunchError, UnavailableError } from '../../domain/errors.js';
import { type Clock, SECOND } from '../../domain/time.js';
import { type BulkOperation, bulkWrite } from './bulk.js';
import { JOB_TIMEOUT_MS } from './connection.js';
import { explained } from './explained.js';
import { aliasOf, type IndexName, rebuildIndex, servingIndices } from './indices.js';
import {
  BEFORE_ALL,
  documentPages,
  readSequences,
  refreshIndex,
  type SequenceRange,
} from './sequence-pages.js';
import { holdWrites, LONGEST_HOLD, releaseWrites, type WriteHold } from './write-hold.js';

/** COPY: all documents. CATCH_UP: those written meanwhile. CLOSE: the last of them, while writes wait. */
export type ReindexPhase = 'COPY' | 'CATCH_UP' | 'CLOSE';

export interface ReindexProgress {
  readonly phase: ReindexPhase;
  /** Documents copied so far; one that changes meanwhile is copied again. */
  readonly copied: number;
  /** Documents that were there at the beginning. */
  readonly total: number;
}

export interface ReindexOptions extends IndexName {
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ReindexProgress) => void;
}

/** So few documents are left to be copied while writes wait. */
const FEW = 200;
/** Where more keep coming than are copied, the last of them wait all the same. */
const MOST_CATCH_UPS = 10;
const PATIENT = { requestTimeout: JOB_TIMEOUT_MS, maxRetries: 5 };

/**
 * Builds a live index anew by the template of this release, of the documents that it holds, while it serves and takes writes;
 * gives how many there are in the end. Reads never see a part of it. Writes wait for the last pass only; conditional ones then
 * meet a conflict, and read again. For indices that keep all of a document in its source.
 *
 * The copy follows the sequence numbers of the old index, so each pass takes what was written during the one before. Own code:
 * the server's `_reindex` can not tell what has changed since. Rejects with CONFLICT where somebody else builds the same index,
 * INVALID_DATA where the new mapping does not take a document, UnavailableError where the cluster is away or too busy for the
 * last pass. The old index then serves on and takes writes again. A process that is killed leaves its half-built index, which
 * a later re-index removes after a day, and at worst the write block, which the next start or re-index ends after a minute.
 */
export async function reindex(client: Client, options: ReindexOptions): Promise<number> {
  const alias = aliasOf(options);
  const { prefix, name, clock, signal = new AbortController().signal } = options;
  let copy: IndexCopy | null = null;
  let hold: WriteHold | null = null;
  const beforeSwap = async (): Promise<WriteHold> => {
    if (copy === null) throw new Error('an index was swapped before it was filled');
    hold = await holdWrites(client, { index: copy.from, alias, now: clock() });
    const late = AbortSignal.timeout(LONGEST_HOLD);
    try {
      await copy.close(AbortSignal.any([signal, late]));
    } catch (error) {
      if (!late.aborted) throw error;
      throw new UnavailableError(
        `Writes to ${alias} would have been held for more than ${LONGEST_HOLD / SECOND} s: try again when less is written.`,
        error,
      );
    }
    return hold;
  };
  try {
    await rebuildIndex(client, { prefix, name, clock, beforeSwap }, async (to, serving) => {
      const [from, ...others] = serving;
      if (from === undefined || others.length > 0) {
        throw new HunchError('INVALID_DATA', `${alias} stands for ${serving.length} indices, not for one.`);
      }
      copy = new IndexCopy(client, { from, to, onProgress: options.onProgress });
      await copy.fill(signal);
    });
    return (await client.count({ index: alias }, PATIENT)).count;
  } catch (error) {
    if (hold !== null) await releaseWrites(client, hold);
    signal.throwIfAborted();
    throw await reasonOf(client, alias, { error, copy });
  }
}

/** What another one's re-index breaks here is a conflict with it. */
async function reasonOf(
  client: Client,
  alias: string,
  { error, copy }: { readonly error: unknown; readonly copy: IndexCopy | null },
): Promise<Error> {
  const serving = await servingIndices(client, alias).catch(() => null);
  if (copy === null || serving === null || serving.includes(copy.from)) {
    return explained(error, `re-index ${alias}`);
  }
  return new HunchError('CONFLICT', `${alias} was built anew by somebody else meanwhile; theirs serves.`, {
    cause: error,
  });
}

interface IndexCopyOptions {
  /** Physical indices. */
  readonly from: string;
  readonly to: string;
  readonly onProgress: ((progress: ReindexProgress) => void) | undefined;
}

/** A physical index on its way into another one. */
class IndexCopy {
  readonly from: string;
  readonly #client: Client;
  readonly #to: string;
  readonly #onProgress: (progress: ReindexProgress) => void;
  /** By shard of the old index, through which operation its documents have been copied. */
  readonly #through = new Map<number, number>();
  #copied = 0;
  #total = 0;

  constructor(client: Client, { from, to, onProgress = () => undefined }: IndexCopyOptions) {
    this.from = from;
    this.#client = client;
    this.#to = to;
    this.#onProgress = onProgress;
  }

  /** Copies until few documents are left. */
  async fill(signal: AbortSignal): Promise<void> {
    // Only what is visible is counted.
    await refreshIndex(this.#client, this.from, PATIENT);
    this.#total = await this.#count(this.from);
    await this.#pass('COPY', signal);
    for (let passes = 0; passes < MOST_CATCH_UPS; passes += 1) {
      if ((await this.#pass('CATCH_UP', signal)) <= FEW) break;
    }
    // Most of those that are deleted meanwhile go now, while nobody waits.
    await this.#removeDeleted(signal);
  }

  /** Makes the new index equal to the old one, which takes no more writes. */
  async close(signal: AbortSignal): Promise<void> {
    await this.#pass('CLOSE', signal);
    await this.#removeDeleted(signal);
  }

  /** Copies what has changed since the pass before, and gives how many documents that were. */
  async #pass(phase: ReindexPhase, signal: AbortSignal): Promise<number> {
    const before = this.#copied;
    for (const { shard, checkpoint, newest } of await readSequences(this.#client, this.from)) {
      const after = this.#through.get(shard) ?? BEFORE_ALL;
      // Once writes are held, all that were begun are done.
      const through = phase === 'CLOSE' ? newest : checkpoint;
      const range = { index: this.from, shard, after, through };
      await this.#write(this.#documents(range, { phase, signal }), signal);
      this.#through.set(shard, through);
    }
    return this.#copied - before;
  }

  async *#documents(
    range: SequenceRange,
    { phase, signal }: { readonly phase: ReindexPhase; readonly signal: AbortSignal },
  ): AsyncGenerator<BulkOperation> {
    for await (const page of documentPages(this.#client, range, { isWithSource: true, signal })) {
      for (const { _id: id, _source: document } of page) {
        if (id !== undefined) yield { action: 'index', id, document: document ?? {} };
      }
      this.#copied += page.length;
      this.#onProgress({ phase, copied: this.#copied, total: this.#total });
    }
  }

  /** A deletion leaves nothing to be found in the old index: what the new one has beyond it goes. */
  async #removeDeleted(signal: AbortSignal): Promise<void> {
    const sequences = await readSequences(this.#client, this.#to);
    await this.#client.indices.refresh({ index: this.from }, PATIENT);
    let surplus = (await this.#count(this.#to)) - (await this.#count(this.from));
    for (const { shard, checkpoint: through } of sequences) {
      const range = { index: this.#to, shard, after: BEFORE_ALL, through };
      if (surplus <= 0) break;
      for await (const page of documentPages(this.#client, range, { isWithSource: false, signal })) {
        const gone = await this.#missing(page.flatMap(({ _id: id }) => id ?? []));
        await this.#write(
          gone.map((id) => ({ action: 'delete', id })),
          signal,
        );
        surplus -= gone.length;
        if (surplus <= 0) break;
      }
    }
    await this.#client.indices.refresh({ index: this.#to }, PATIENT);
  }

  async #count(index: string): Promise<number> {
    return (await this.#client.count({ index }, PATIENT)).count;
  }

  /** Those that the old index does not have. */
  async #missing(ids: readonly string[]): Promise<string[]> {
    const { docs } = await this.#client.mget({ index: this.from, ids: [...ids], _source: false }, PATIENT);
    return ids.filter((_, place) => {
      const answer = docs[place];
      return answer !== undefined && 'found' in answer && !answer.found;
    });
  }

  async #write(
    operations: AsyncIterable<BulkOperation> | Iterable<BulkOperation>,
    signal: AbortSignal,
  ): Promise<void> {
    const { failed, failures } = await bulkWrite(this.#client, operations, {
      index: this.#to,
      isPhysical: true,
      signal,
    });
    if (failed === 0) return;
    const [first] = failures;
    throw new HunchError(
      'INVALID_DATA',
      `The new index refuses ${failed} documents of ${this.from}, ${first?.id} first: ${first?.reason}. The old one serves on.`,
    );
  }
}
