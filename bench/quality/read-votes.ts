import { DuckDBInstance } from '@duckdb/node-api';
import { optionId, pollId } from '../../src/domain/ids.js';
import type { Poll } from '../../src/domain/poll.js';
import type { VoteRow } from '../../src/models/evaluation/vote-row.js';

export interface VoteFilesRead {
  readonly polls: readonly Poll[];
  /** By topic the first four fifths in time, and the rest. */
  readonly train: readonly VoteRow[];
  readonly test: readonly VoteRow[];
}

/** The share of each topic's events, in order of time, that is learnt from. */
const TRAINING_SHARE = 0.8;

/**
 * Reads polls and the votes of a training part, and cuts these once more by time: choices made on such an inner split leave the
 * test part untouched. Files as `hunch import` takes them.
 */
export async function readVoteFiles(votesFile: string, pollsFile: string): Promise<VoteFilesRead> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const rows = async (sql: string, file: string): Promise<Record<string, unknown>[]> => {
    const prepared = await connection.prepare(sql);
    prepared.bindVarchar(1, file);
    return (await prepared.runAndReadAll()).getRowObjectsJson();
  };
  const polls = await rows("SELECT * FROM read_csv($1, all_varchar = true, nullstr = '')", pollsFile);
  const topicOf = new Map(polls.map((row) => [String(row.poll_id), String(row.topic_id)]));
  const votes = await rows(
    `SELECT *, row_number() OVER () AS place FROM read_csv($1, all_varchar = true) ORDER BY voted_at, place`,
    votesFile,
  );
  connection.closeSync();
  const byTopic = new Map<string, VoteRow[]>();
  for (const row of votes) {
    const topic = topicOf.get(String(row.poll_id)) ?? '';
    const events = byTopic.get(topic) ?? [];
    events.push(voteOf(row));
    byTopic.set(topic, events);
  }
  const train: VoteRow[] = [];
  const test: VoteRow[] = [];
  for (const events of byTopic.values()) {
    const cut = Math.floor(TRAINING_SHARE * events.length);
    train.push(...events.slice(0, cut));
    test.push(...events.slice(cut));
  }
  return { polls: polls.map(pollOf), train, test };
}

const voteOf = (row: Record<string, unknown>): VoteRow => ({
  userId: String(row.user_id),
  pollId: String(row.poll_id),
  optionId: String(row.option),
  votedAt: Date.parse(String(row.voted_at)),
  isAuthor: row.is_author === '1',
});

const pollOf = (row: Record<string, unknown>): Poll => ({
  id: pollId(String(row.poll_id)),
  question: String(row.question ?? ''),
  options: String(row.options)
    .split('|')
    .map((option) => ({ id: optionId(option), label: option })),
  topics: [String(row.topic_id)],
  language: null,
  authorId: null,
  createdAt: Date.parse(String(row.created_at)),
  closesAt: null,
  status: 'OPEN',
});
