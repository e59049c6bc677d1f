import type { CatalogueStore } from '../datasources/catalogue/catalogue-store.js';
import type { Topic, Warehouse } from '../datasources/warehouse/warehouse.js';
import type { Poll } from '../domain/poll.js';
import type { Clock } from '../domain/time.js';
import type { FileTally } from './file-tally.js';
import type { FormerUsers } from './former-users.js';
import type { KnownPolls } from './known-polls.js';
import { type PollRow, pollParser, topicParser } from './poll-rows.js';
import type { RowFault } from './reject-reason.js';
import { sourceRows } from './source-rows.js';

const TOPICS = 'SELECT topic_id, title, language FROM topics ORDER BY recorded_at, arrival';

/** Polls that are looked up and written together. */
const POLLS_AT_ONCE = 1_000;

/** Topics by id, as the warehouse knows them. */
export async function loadTopics(warehouse: Warehouse): Promise<Map<string, Topic>> {
  const topics = new Map<string, Topic>();
  for (const row of await sourceRows(warehouse, TOPICS)) {
    const id = String(row.topic_id);
    const language = typeof row.language === 'string' ? row.language : null;
    topics.set(id, { id, title: String(row.title ?? ''), language });
  }
  return topics;
}

/** Takes topics over; `topics` is brought up to date with them. */
export async function importTopics(
  tally: FileTally,
  columns: readonly string[],
  target: { readonly warehouse: Warehouse; readonly topics: Map<string, Topic>; readonly clock: Clock },
): Promise<void> {
  const fresh: Topic[] = [];
  for (const topic of (await lastOfEach(tally, topicParser(columns))).values()) {
    const before = target.topics.get(topic.id);
    if (before?.title === topic.title && before.language === topic.language) {
      tally.known++;
      continue;
    }
    if (before === undefined) tally.added++;
    else tally.changed++;
    target.topics.set(topic.id, topic);
    fresh.push(topic);
  }
  if (fresh.length === 0) return;
  const recordedAt = target.clock();
  await target.warehouse.append({ topics: fresh.map((topic) => ({ topic, recordedAt })) });
}

export interface PollTarget {
  readonly warehouse: Warehouse;
  readonly catalogue: CatalogueStore;
  readonly topics: ReadonlyMap<string, Topic>;
  readonly formerUsers: FormerUsers;
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
  const rows = [...(await lastOfEach(tally, pollParser(columns))).values()];
  for (let start = 0; start < rows.length; start += POLLS_AT_ONCE) {
    tally.checkGoingOn();
    await takePolls(tally, rows.slice(start, start + POLLS_AT_ONCE), target);
  }
}

async function takePolls(tally: FileTally, rows: readonly PollRow[], target: PollTarget): Promise<void> {
  const stored = await target.catalogue.get(rows.map((row) => row.id));
  const fresh: Poll[] = [];
  for (const [place, row] of rows.entries()) {
    const before = stored[place] ?? null;
    const poll = completed(row, before, target);
    if (before !== null && isSame(before, poll)) {
      tally.known++;
      continue;
    }
    if (before === null) tally.added++;
    else tally.changed++;
    fresh.push(poll);
  }
  if (fresh.length === 0) return;
  const recordedAt = target.clock();
  const polls = fresh.map((poll) => ({ poll, recordedAt }));
  await target.warehouse.append({ polls });
  await target.catalogue.upsert(polls);
  for (const { poll } of polls) target.known.add(poll);
}

/**
 * The rows of a file by id, of several rows of one id the last one; the others count as known. All of the file is held, which
 * grows with the catalogue: taken row by row, a poll that a file tells twice would change twice at every import.
 */
async function lastOfEach<T extends { readonly id: string }>(
  tally: FileTally,
  parse: (values: readonly unknown[]) => T | RowFault,
): Promise<ReadonlyMap<string, T>> {
  const last = new Map<string, T>();
  for await (const rows of tally.parsed(parse)) {
    for (const row of rows) {
      if (last.has(row.id)) tally.known++;
      last.set(row.id, row);
    }
  }
  return last;
}

/** Fills in what the file does not say from what is known of the poll and of its topics. */
function completed(row: PollRow, before: Poll | null, { topics, formerUsers }: PollTarget): Poll {
  const ofTopic = row.topics.map((topic) => topics.get(topic)?.language).find((language) => language != null);
  return {
    id: row.id,
    question: row.question,
    options: row.options,
    topics: row.topics,
    language: row.language ?? ofTopic ?? before?.language ?? null,
    authorId: row.authorId === null ? null : formerUsers.authorNow(row.authorId, row.createdAt),
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
