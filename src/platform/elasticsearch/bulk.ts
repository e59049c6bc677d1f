import { setTimeout as delay } from 'node:timers/promises';
import type { Client, estypes } from '@elastic/elasticsearch';
import { JOB_TIMEOUT_MS } from './connection.js';
import { explained, isMomentary, type Refusal } from './explained.js';

/** The state of a document that a write starts from; the write is refused with status 409 where it has changed since. */
export interface DocumentVersion {
  /** The physical index that it was read from: in one that has taken its place, the same number may mean another state. */
  readonly index: string;
  readonly seqNo: number;
  readonly primaryTerm: number;
}

/** One write of one document; `id` is at most 512 bytes long (see documentId). */
export type BulkOperation =
  | {
      readonly action: 'index';
      readonly id: string;
      readonly document: object;
      /** Absent: whatever is there is replaced. */
      readonly ifVersion?: DocumentVersion;
    }
  /** Refused with status 409 where the document exists. */
  | { readonly action: 'create'; readonly id: string; readonly document: object }
  | { readonly action: 'delete'; readonly id: string };

/** A document that was not written. */
export interface BulkFailure {
  readonly id: string;
  /** HTTP status: 409 for a conflict, 404 for what is not there, 400 for what does not fit the mapping. */
  readonly status: number;
  readonly type: string;
  readonly reason: string;
}

export interface SendBulkOptions {
  /** An alias; a bulk never makes an index by itself. */
  readonly index: string;
  readonly signal?: AbortSignal | undefined;
  /** How often what was refused for a moment (429, 5xx) is sent again, with growing pauses; 6 where absent, some 10 s. */
  readonly retries?: number;
  readonly timeoutMs?: number;
  /** True where `index` is the name of an index itself, as while it is built aside. */
  readonly isPhysical?: boolean;
}

export interface BulkWriteOptions extends SendBulkOptions {
  /** Size of one request; 2 MB where absent. */
  readonly flushBytes?: number;
  /** Requests under way at once; 2 where absent. The source is not read on meanwhile. */
  readonly concurrency?: number;
}

export interface BulkSummary {
  readonly written: number;
  readonly failed: number;
  /** The first failures, at most KEPT_FAILURES. */
  readonly failures: readonly BulkFailure[];
}

const FLUSH_BYTES = 2_000_000;
/** Servers refuse requests of more than 100 MB, and advise against more than some 15 MB. */
const MOST_BYTES = 10_000_000;
const CONCURRENCY = 2;
const RETRIES = 6;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const KEPT_FAILURES = 100;
const CONFLICT = 409;

/** One write as it is sent: its lines of the request's body. */
interface Prepared {
  readonly id: string;
  /** Only for a document that is as it was read. */
  readonly isConditional: boolean;
  readonly lines: readonly string[];
  readonly bytes: number;
}

/**
 * Sends the writes, as one request where they are not too large for it; what the server refuses for a moment is sent again.
 * Gives the documents that were not written, none where all were; rejects where a whole request is refused or no node answers.
 * The order of writes of one document is kept only where none of them is sent again.
 *
 * The client's own bulk helper is not used: it waits a fixed time, drops documents that meet a 503, gives up at the first 429
 * for a whole request, and goes on writing what it holds after its source has failed.
 */
export async function sendBulk(
  client: Client,
  operations: readonly BulkOperation[],
  options: SendBulkOptions,
): Promise<BulkFailure[]> {
  const failures: BulkFailure[] = [];
  for (const request of requestsOf(operations)) {
    failures.push(...(await sendPrepared(client, request, options)));
  }
  return failures;
}

function* requestsOf(operations: readonly BulkOperation[]): Generator<readonly Prepared[]> {
  let request: Prepared[] = [];
  let bytes = 0;
  for (const prepared of operations.map(prepare)) {
    if (request.length > 0 && bytes + prepared.bytes > MOST_BYTES) {
      yield request;
      request = [];
      bytes = 0;
    }
    request.push(prepared);
    bytes += prepared.bytes;
  }
  if (request.length > 0) yield request;
}

/**
 * Writes all that the source gives, which is read no faster than the server takes it: memory does not grow with it. Gives what
 * became of it, with the failures by document; rejects where requests go on being refused as a whole, or when aborted.
 */
export async function bulkWrite(
  client: Client,
  operations: AsyncIterable<BulkOperation> | Iterable<BulkOperation>,
  options: BulkWriteOptions,
): Promise<BulkSummary> {
  const { flushBytes = FLUSH_BYTES, concurrency = CONCURRENCY, signal } = options;
  const stop = new AbortController();
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const running = new Set<Promise<void>>();
  const failures: BulkFailure[] = [];
  let written = 0;
  let failed = 0;
  const send = async (batch: readonly Prepared[]): Promise<void> => {
    const refused = await sendPrepared(client, batch, { ...options, signal: either });
    written += batch.length - refused.length;
    failed += refused.length;
    failures.push(...refused.slice(0, KEPT_FAILURES - failures.length));
  };
  const start = async (batch: readonly Prepared[]): Promise<void> => {
    // The first error is the reason that stops the rest: it is heard of where the source is read on.
    const sending: Promise<void> = send(batch)
      .catch((error: unknown) => stop.abort(error))
      .finally(() => running.delete(sending));
    running.add(sending);
    if (running.size >= concurrency) await Promise.race(running);
  };
  try {
    let batch: Prepared[] = [];
    let bytes = 0;
    for await (const operation of operations) {
      either.throwIfAborted();
      const prepared = prepare(operation);
      batch.push(prepared);
      bytes += prepared.bytes;
      if (bytes < flushBytes) continue;
      await start(batch);
      batch = [];
      bytes = 0;
    }
    either.throwIfAborted();
    if (batch.length > 0) await start(batch);
  } finally {
    // Also where the source has failed: the caller must not hear of it while others are still writing.
    await Promise.all(running);
  }
  either.throwIfAborted();
  return { written, failed, failures };
}

async function sendPrepared(
  client: Client,
  batch: readonly Prepared[],
  options: SendBulkOptions,
): Promise<BulkFailure[]> {
  const { retries = RETRIES, signal } = options;
  const failures: BulkFailure[] = [];
  let left = batch;
  for (let attempt = 0; left.length > 0; attempt += 1) {
    const round = { isFirst: attempt === 0, isLast: attempt >= retries };
    const { final, momentary } = await attemptBulk(client, left, { ...options, ...round });
    failures.push(...final);
    left = momentary;
    if (left.length > 0) await delay(pauseBefore(attempt), undefined, signal === undefined ? {} : { signal });
  }
  return failures;
}

interface Round {
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

interface Attempt {
  readonly final: readonly BulkFailure[];
  readonly momentary: readonly Prepared[];
}

async function attemptBulk(
  client: Client,
  batch: readonly Prepared[],
  options: SendBulkOptions & Round,
): Promise<Attempt> {
  const { index, signal, timeoutMs = JOB_TIMEOUT_MS, isLast } = options;
  let response: Pick<estypes.BulkResponse, 'errors' | 'items'>;
  try {
    response = await client.bulk<string>(
      {
        index,
        require_alias: options.isPhysical !== true,
        operations: batch.flatMap(({ lines }) => lines),
        filter_path: 'errors,items.*.status,items.*.error.type,items.*.error.reason',
      },
      { requestTimeout: timeoutMs, ...(signal === undefined ? {} : { signal }) },
    );
  } catch (error) {
    signal?.throwIfAborted();
    const known = explained(error, `write ${batch.length} documents to ${index}`);
    if (isLast || !('retryable' in known) || known.retryable !== true) throw known;
    return { final: [], momentary: batch };
  }
  return response.errors ? sortOut(batch, response.items, options) : { final: [], momentary: [] };
}

function sortOut(batch: readonly Prepared[], items: estypes.BulkResponse['items'], round: Round): Attempt {
  const final: BulkFailure[] = [];
  const momentary: Prepared[] = [];
  batch.forEach((prepared, place) => {
    const refusal = refusalOf(Object.values(items[place] ?? {})[0]);
    if (refusal === null) return;
    if (prepared.isConditional && isOfReplacedIndex(refusal, round)) {
      final.push({ id: prepared.id, ...refusal, status: CONFLICT });
    } else if (!round.isLast && isMomentary(refusal)) momentary.push(prepared);
    else final.push({ id: prepared.id, ...refusal });
  });
  return { final, momentary };
}

/**
 * Whether the index that the document was read from has been replaced by another, or is about to be: whoever reads again finds
 * where the document is now. A block is given one pause to go away by itself.
 */
const isOfReplacedIndex = ({ type }: Refusal, { isFirst }: Round): boolean =>
  type === 'index_not_found_exception' || (type === 'cluster_block_exception' && !isFirst);

function refusalOf(item: estypes.BulkResponseItem | undefined): Refusal | null {
  if (item === undefined)
    return { status: 500, type: 'no_answer', reason: 'the answer leaves the document out' };
  // A deletion of what is not there answers 404 without an error: there is nothing left to do.
  if (item.error === undefined) return null;
  return { status: item.status, type: item.error.type, reason: item.error.reason ?? '' };
}

function prepare(operation: BulkOperation): Prepared {
  const lines = linesOf(operation);
  return {
    id: operation.id,
    isConditional: operation.action === 'index' && operation.ifVersion !== undefined,
    lines,
    bytes: lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0),
  };
}

function linesOf(operation: BulkOperation): string[] {
  const { id } = operation;
  switch (operation.action) {
    case 'index': {
      const { document, ifVersion } = operation;
      const condition = ifVersion === undefined ? {} : conditionOf(ifVersion);
      return [JSON.stringify({ index: { _id: id, ...condition } }), JSON.stringify(document)];
    }
    case 'create':
      return [JSON.stringify({ create: { _id: id } }), JSON.stringify(operation.document)];
    case 'delete':
      return [JSON.stringify({ delete: { _id: id } })];
  }
}

const conditionOf = ({ index, seqNo, primaryTerm }: DocumentVersion): object => ({
  _index: index,
  require_alias: false,
  if_seq_no: seqNo,
  if_primary_term: primaryTerm,
});

const pauseBefore = (attempt: number): number => Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
