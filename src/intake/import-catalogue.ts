import type { CatalogueStore } from '../datasources/catalogue/catalogue-store.js';
import type { Topic, Warehouse } from '../datasources/warehouse/warehouse.js';
import { type PollId, runId } from '../domain/ids.js';
import type { Poll } from '../domain/poll.js';
import type { Clock, Millis } from '../domain/time.js';
import type { FileTally } from './file-tally.js';
import type { KnownPolls } from './known-polls.js';
import { type PollRow, pollParser, topicParser } from './poll-rows.js';

const TOPICS = 'SELECT topic_id, title, language FROM topics ORDER BY recorded_at, arrival';

/** Topics by id, as the warehouse knows them. */
export async function loadTopics(warehouse: Warehouse): Promise<Map<string, Topic>> {
  const topics = new Map<string, Topic>();
  const snapshot = await warehouse.snapshot();
  if (snapshot.rows.topics === 0) return topics;
  const session = await warehouse.session({ snapshot, flow: 'import', run: runId('topics') });
  try {
    for (const row of await session.all(TOPICS)) {
      const id = String(row.topic_id);
      const language = typeof row.language === 'string' ? row.language : null;
      topics.set(id, { id, title: String(row.title ?? ''), language });
    }
  } finally {
    await session.close();
  }
  return topics;
}

/** Takes topics over; `topics` is brought up to date with them. */
export async function importTopics(
  tally: FileTally,
  columns: readonly string[],
  target: { readonly warehouse: Warehouse; readonly topics: Map<string, Topic>; readonly clock: Clock },
): Promise<void> {
  const recordings = new Recordings(target.clock);
  for await (const rows of tally.parsed(topicParser(columns))) {
    const fresh = new Map<string, Topic>();
    for (const topic of rows) {
      const before = target.topics.get(topic.id);
      if (before?.title === topic.title && before.language === topic.language) {
        tally.known++;
        continue;
      }
      if (before === undefined) tally.added++;
      else tally.changed++;
      target.topics.set(topic.id, topic);
      fresh.set(topic.id, topic);
    }
    if (fresh.size === 0) continue;
    const recordedAt = recordings.next();
    await target.warehouse.append({ topics: [...fresh.values()].map((topic) => ({ topic, recordedAt })) });
  }
}

export interface PollTarget {
  readonly warehouse: Warehouse;
  readonly catalogue: CatalogueStore;
  readonly topics: ReadonlyMap<string, Topic>;
  readonly known: KnownPolls;
  readonly clock: Clock;
}

/**
 * Takes polls over: those that are new or read otherwise than in the catalogue go to the warehouse, then to the catalogue, so that
 * an import that was killed in between makes up for it the next time.
 */
export async function importPolls(
  tally: FileTally,
  columns: readonly string[],
  target: PollTarget,
): Promise<void> {
  const recordings = new Recordings(target.clock);
  for await (const rows of tally.parsed(pollParser(columns))) {
    const ids = [...new Set(rows.map((row) => row.id))];
    const stored = await target.catalogue.get(ids);
    const current = new Map<PollId, Poll>(stored.flatMap((poll) => (poll === null ? [] : [[poll.id, poll]])));
    const fresh = new Map<PollId, Poll>();
    for (const row of rows) {
      const before = current.get(row.id);
      const poll = completed(row, before, target.topics);
      if (before !== undefined && isSame(before, poll)) {
        tally.known++;
        continue;
      }
      if (before === undefined) tally.added++;
      else tally.changed++;
      current.set(poll.id, poll);
      fresh.set(poll.id, poll);
    }
    if (fresh.size === 0) continue;
    const recordedAt = recordings.next();
    const polls = [...fresh.values()].map((poll) => ({ poll, recordedAt }));
    await target.warehouse.append({ polls });
    await target.catalogue.upsert(polls);
    for (const { poll } of polls) target.known.add(poll);
  }
}

/** Fills in what the file does not say from what is known of the poll and of its topics. */
function completed(row: PollRow, before: Poll | undefined, topics: ReadonlyMap<string, Topic>): Poll {
  const ofTopic = row.topics.map((topic) => topics.get(topic)?.language).find((language) => language != null);
  return {
    id: row.id,
    question: row.question,
    options: row.options,
    topics: row.topics,
    language: row.language ?? ofTopic ?? before?.language ?? null,
    authorId: row.authorId,
    createdAt: row.createdAt,
    closesAt: row.closesAt === undefined ? (before?.closesAt ?? null) : row.closesAt,
    status: row.status ?? before?.status ?? 'OPEN',
  };
}

const isSame = (a: Poll, b: Poll): boolean => spelling(a) === spelling(b);

function spelling(poll: Poll): string {
  const { id, question, options, topics, language, authorId, createdAt, closesAt, status } = poll;
  const choices = options.map((option) => [option.id, option.label]);
  return JSON.stringify([id, question, choices, topics, language, authorId, createdAt, closesAt, status]);
}

/** Times of recording that rise from batch to batch, so that of a poll that a file holds twice the later one holds. */
class Recordings {
  readonly #clock: Clock;
  #last: Millis = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  next(): Millis {
    this.#last = Math.max(this.#clock(), this.#last + 1);
    return this.#last;
  }
}
