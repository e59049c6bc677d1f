import { optionId, pollId } from '../../domain/ids.js';
import type { Millis } from '../../domain/time.js';
import { POLL_SCHEMA, type PollRow, pollParser, TOPIC_SCHEMA, topicParser } from '../../intake/poll-rows.js';
import type { VoteRow } from '../../models/evaluation/vote-row.js';
import type { TrainingPoll } from '../../models/training-poll.js';
import { type ParsedRows, readRows } from './read-rows.js';

export type Warn = (message: string) => void;

/** A poll as it is learnt and as its place on a list is judged. */
export interface EvaluationPoll extends TrainingPoll {
  /** Null where no file tells it. */
  readonly createdAt: Millis | null;
}

/** The polls of a file; the last row of a poll holds. Languages that it does not tell come from the topics, where these are given. */
export async function readPolls(
  path: string,
  topicsPath: string | undefined,
  warn: Warn,
): Promise<EvaluationPoll[]> {
  const languages = new Map<string, string | null>();
  if (topicsPath !== undefined) {
    const topics = await readRows(topicsPath, TOPIC_SCHEMA, topicParser);
    warnOfRejects(topicsPath, topics, warn);
    for (const topic of topics.rows) languages.set(topic.id, topic.language);
  }
  const parsed = await readRows(path, POLL_SCHEMA, pollParser);
  warnOfRejects(path, parsed, warn);
  const polls = new Map(parsed.rows.map((row) => [row.id, row]));
  return [...polls.values()]
    .filter((row) => row.status !== 'REMOVED')
    .map((row) => evaluationPoll(row, languages));
}

function evaluationPoll(row: PollRow, languages: ReadonlyMap<string, string | null>): EvaluationPoll {
  const ofTopics = row.topics.map((topic) => languages.get(topic) ?? null).find((tag) => tag !== null);
  return {
    id: row.id,
    optionIds: row.options.map((option) => option.id),
    topics: row.topics,
    language: row.language ?? ofTopics ?? null,
    question: row.question,
    createdAt: row.createdAt,
  };
}

/** Polls made up from votes: every poll that is voted on, with the options that are, in the order of their coming up. */
export function pollsOfVotes(votes: Iterable<VoteRow>): EvaluationPoll[] {
  const options = new Map<string, Set<string>>();
  for (const vote of votes) {
    const own = options.get(vote.pollId) ?? new Set<string>();
    if (vote.optionId !== null) own.add(vote.optionId);
    options.set(vote.pollId, own);
  }
  return [...options].map(([id, own]) => ({
    id: pollId(id),
    optionIds: [...own].map(optionId),
    topics: [],
    language: null,
    question: '',
    createdAt: null,
  }));
}

export function warnOfRejects(path: string, { rejected, firstFault }: ParsedRows<unknown>, warn: Warn): void {
  if (rejected > 0) warn(`${path}: ${rejected} rows left out, the first at ${firstFault}`);
}
