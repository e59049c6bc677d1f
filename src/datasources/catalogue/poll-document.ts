import { z } from 'zod';
import { HunchError } from '../../domain/errors.js';
import { optionId, type PollId, pollId, userId } from '../../domain/ids.js';
import { POLL_STATUSES, type Poll } from '../../domain/poll.js';
import { searchableText } from '../../domain/poll-text.js';
import type { PollStatistics } from '../../domain/popularity.js';
import type { RecordedPoll } from './catalogue-store.js';

const option = z.string().transform(optionId);

const storedPoll = z.object({
  recorded_at: z.number(),
  question: z.string(),
  options: z.array(z.object({ id: option, label: z.string() })),
  topics: z.array(z.string()),
  language: z.string().nullable(),
  author_id: z.string().transform(userId).nullable(),
  created_at: z.number(),
  closes_at: z.number().nullable(),
  status: z.enum(POLL_STATUSES),
});

const storedStatistics = z.object({
  optionVotes: z.array(z.object({ optionId: option, votes: z.number() })),
  votesLastDay: z.number(),
  decayed: z.object({ established: z.number(), first: z.number(), at: z.number() }),
  firstVoteOdds: z.number().nullable(),
  prior: z.object({ share: z.number(), weight: z.number() }),
  trend: z.number(),
  through: z.number(),
});

/** Statistics may be there before their poll: then the fields of the poll are missing. */
const stored = z.object({ poll_id: z.string().transform(pollId), statistics: storedStatistics.optional() });

/** What the index `polls` holds of one poll. */
export interface PollDocument {
  readonly id: PollId;
  readonly recorded: RecordedPoll | null;
  readonly statistics: PollStatistics | null;
}

/** Fields that only the search reads: they are made from the poll again whenever it is written. */
export const SEARCH_FIELDS = ['words', 'stems'];

/** As the index stores it. */
export function encodePollDocument({ id, recorded, statistics }: PollDocument): Record<string, unknown> {
  const poll = recorded === null ? {} : { ...encodePoll(recorded), ...searchableText(recorded.poll) };
  if (statistics === null) return { poll_id: id, ...poll };
  const { pollId: _, ...counted } = statistics;
  return { poll_id: id, ...poll, statistics: counted };
}

/** Throws INVALID_DATA for a document that another version of this service wrote. */
export function decodePollDocument(source: unknown): PollDocument {
  const document = stored.safeParse(source);
  const hasPoll = typeof source === 'object' && source !== null && 'status' in source;
  const poll = hasPoll ? storedPoll.safeParse(source) : null;
  const error = document.error ?? poll?.error;
  if (error !== undefined || document.data === undefined) {
    throw new HunchError(
      'INVALID_DATA',
      `A document of the index polls is not of the form that this release reads: ${error?.message}. ` +
        'Start the release that wrote it, or delete the index and run the flow popular.',
      { cause: error },
    );
  }
  const { poll_id: id, statistics } = document.data;
  return {
    id,
    recorded: poll?.data === undefined ? null : decodePoll(id, poll.data),
    statistics: statistics === undefined ? null : { pollId: id, ...statistics },
  };
}

const encodePoll = ({ poll, recordedAt }: RecordedPoll): z.input<typeof storedPoll> => ({
  recorded_at: recordedAt,
  question: poll.question,
  options: poll.options.map(({ id, label }) => ({ id, label })),
  topics: [...poll.topics],
  language: poll.language,
  author_id: poll.authorId,
  created_at: poll.createdAt,
  closes_at: poll.closesAt,
  status: poll.status,
});

function decodePoll(id: PollId, fields: z.output<typeof storedPoll>): RecordedPoll {
  const poll: Poll = {
    id,
    question: fields.question,
    options: fields.options,
    topics: fields.topics,
    language: fields.language,
    authorId: fields.author_id,
    createdAt: fields.created_at,
    closesAt: fields.closes_at,
    status: fields.status,
  };
  return { poll, recordedAt: fields.recorded_at };
}
