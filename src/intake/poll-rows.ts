import type { Topic } from '../datasources/warehouse/warehouse.js';
import type { OptionId } from '../domain/ids.js';
import { MAX_ID_LENGTH } from '../domain/ids.js';
import { MAX_OPTIONS, POLL_STATUSES, type Poll, type PollOption, type PollStatus } from '../domain/poll.js';
import type { Millis } from '../domain/time.js';
import {
  isEmpty,
  readLanguage,
  readList,
  readOptionId,
  readPollId,
  readText,
  readTime,
  readUserId,
} from './cells.js';
import { quoteValue, RowFault } from './reject-reason.js';
import type { RowSchema } from './row-reader.js';

export const POLL_SCHEMA: RowSchema = {
  kind: 'polls',
  required: [['poll_id'], ['topic_id', 'topics'], ['author_id'], ['created_at'], ['question'], ['options']],
  optional: ['language', 'closes_at', 'status'],
  multiLine: ['question', 'options', 'topics'],
};
export const TOPIC_SCHEMA: RowSchema = {
  kind: 'topics',
  required: [['topic_id'], ['title'], ['language']],
  optional: [],
  multiLine: ['title'],
};

/**
 * A poll as its file tells it. What a file without that column does not say (undefined) stays as it is known;
 * null says that there is none.
 */
export interface PollRow extends Omit<Poll, 'language' | 'closesAt' | 'status'> {
  readonly language: string | null;
  readonly closesAt: Millis | null | undefined;
  readonly status: PollStatus | undefined;
}

export function pollParser(columns: readonly string[]): (values: readonly unknown[]) => PollRow | RowFault {
  const cell = cellsOf(columns);
  return (values) => {
    const id = readPollId(cell(values, 'poll_id'), 'poll_id');
    if (id instanceof RowFault) return id;
    const topics = readTopics(cell(values, 'topics'), cell(values, 'topic_id'));
    if (topics instanceof RowFault) return topics;
    const author = cell(values, 'author_id');
    const authorId = isEmpty(author) ? null : readUserId(author, 'author_id');
    if (authorId instanceof RowFault) return authorId;
    const createdAt = readTime(cell(values, 'created_at'), 'created_at');
    if (createdAt instanceof RowFault) return createdAt;
    const question = readText(cell(values, 'question'), 'question');
    if (question instanceof RowFault) return question;
    const options = readOptions(cell(values, 'options'));
    if (options instanceof RowFault) return options;
    const language = readLanguage(cell(values, 'language'), 'language');
    if (language instanceof RowFault) return language;
    const closing = cell(values, 'closes_at');
    const closesAt = isEmpty(closing) ? emptyAs(closing) : readTime(closing, 'closes_at');
    if (closesAt instanceof RowFault) return closesAt;
    const status = readStatus(cell(values, 'status'));
    if (status instanceof RowFault) return status;
    return { id, question, options, topics, language, authorId, createdAt, closesAt, status };
  };
}

export function topicParser(columns: readonly string[]): (values: readonly unknown[]) => Topic | RowFault {
  const cell = cellsOf(columns);
  return (values) => {
    const id = readTopic(cell(values, 'topic_id'));
    if (id instanceof RowFault) return id;
    const title = readText(cell(values, 'title'), 'title');
    if (title instanceof RowFault) return title;
    const language = readLanguage(cell(values, 'language'), 'language');
    if (language instanceof RowFault) return language;
    return { id, title, language };
  };
}

function cellsOf(columns: readonly string[]): (values: readonly unknown[], name: string) => unknown {
  const places = new Map(columns.map((name, place) => [name, place]));
  return (values, name) => {
    const place = places.get(name);
    return place === undefined ? undefined : values[place];
  };
}

/** The topics of both columns, each once. */
function readTopics(list: unknown, single: unknown): readonly string[] | RowFault {
  const parts = readList(list, 'topics');
  if (parts instanceof RowFault) return parts;
  const topics = new Set<string>();
  for (const part of isEmpty(single) ? parts : [single, ...parts]) {
    const topic = readTopic(part);
    if (topic instanceof RowFault) return topic;
    topics.add(topic);
  }
  return [...topics];
}

function readTopic(value: unknown): string | RowFault {
  const topic = readText(value, 'topic');
  if (topic instanceof RowFault) return topic;
  if (topic === '') return new RowFault('MISSING_FIELD', 'A topic is empty.');
  if (topic.length <= MAX_ID_LENGTH) return topic;
  return new RowFault('BAD_ID', `A topic has ${topic.length} characters; ids have ${MAX_ID_LENGTH} at most.`);
}

function readOptions(value: unknown): readonly PollOption[] | RowFault {
  if (isEmpty(value)) return new RowFault('MISSING_FIELD', 'options is empty.');
  const parts = readList(value, 'options');
  if (parts instanceof RowFault) return new RowFault('BAD_OPTIONS', parts.message);
  const options = new Map<OptionId, PollOption>();
  for (const part of parts) {
    const option = readOption(part);
    if (option instanceof RowFault) return option;
    if (options.has(option.id)) {
      return new RowFault('BAD_OPTIONS', `The option ${quoteValue(option.id)} is there twice.`);
    }
    options.set(option.id, option);
  }
  if (options.size > MAX_OPTIONS) {
    return new RowFault('BAD_OPTIONS', `A poll wants at most ${MAX_OPTIONS} options; got ${options.size}.`);
  }
  if (options.size >= 2) return [...options.values()];
  return new RowFault('BAD_OPTIONS', `A poll wants two or more options; got ${quoteValue(value)}.`);
}

function readOption(part: unknown): PollOption | RowFault {
  const { id: given, label: named } = isRecord(part) ? part : { id: part, label: part };
  const id = readOptionId(given, 'option id');
  if (id instanceof RowFault) return id;
  const label = isEmpty(named) ? id : readText(named, 'option label');
  return label instanceof RowFault ? label : { id, label };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

function readStatus(value: unknown): PollStatus | undefined | RowFault {
  if (isEmpty(value)) return value === undefined ? undefined : 'OPEN';
  const text = readText(value, 'status');
  if (text instanceof RowFault) return text;
  const status = POLL_STATUSES.find((known) => known === text.toUpperCase());
  return (
    status ?? new RowFault('BAD_VALUE', `status wants ${POLL_STATUSES.join(', ')}; got ${quoteValue(text)}.`)
  );
}

/** Without the column undefined, in an empty cell null. */
const emptyAs = (value: unknown): null | undefined => (value === undefined ? undefined : null);
