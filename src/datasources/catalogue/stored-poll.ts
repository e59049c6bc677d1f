import { HunchError } from '../../domain/errors.js';
import type { OptionId, PollId, UserId } from '../../domain/ids.js';
import type { PollStatus } from '../../domain/poll.js';
import type { OptionVotes, PollStatistics } from '../../domain/popularity.js';
import type { Millis } from '../../domain/time.js';
import type { RecordedPoll } from './catalogue-store.js';

const VERSION = 1;

/** A poll by position of its fields: nothing but values is stored. */
export type StoredPoll = readonly [
  version: number,
  recordedAt: Millis,
  question: string,
  optionIds: readonly OptionId[],
  optionLabels: readonly string[],
  topics: readonly string[],
  language: string | null,
  authorId: UserId | null,
  createdAt: Millis,
  closesAt: Millis | null,
  status: PollStatus,
];

export type StoredStatistics = readonly [
  version: number,
  through: Millis,
  optionVotes: StoredVotes,
  votesLastDay: number,
  decayedVotes: number,
  priorShare: number,
  trend: number,
];

export type StoredVotes = readonly [options: readonly OptionId[], votes: readonly number[]];

export const encodePoll = ({ poll, recordedAt }: RecordedPoll): StoredPoll => [
  VERSION,
  recordedAt,
  poll.question,
  poll.options.map(({ id }) => id),
  poll.options.map(({ label }) => label),
  poll.topics,
  poll.language,
  poll.authorId,
  poll.createdAt,
  poll.closesAt,
  poll.status,
];

/** Rejects with INVALID_DATA a poll that another version of this service wrote. */
export function decodePoll(id: PollId, stored: StoredPoll): RecordedPoll {
  checkVersion(id, stored[0]);
  const [, recordedAt, question, optionIds, labels, topics, language, authorId] = stored;
  const [createdAt, closesAt, status] = [stored[8], stored[9], stored[10]];
  const options = optionIds.map((optionId, index) => ({ id: optionId, label: labels[index] ?? optionId }));
  const poll = { id, question, options, topics, language, authorId, createdAt, closesAt, status };
  return { poll, recordedAt };
}

export const encodeStatistics = (statistics: PollStatistics): StoredStatistics => [
  VERSION,
  statistics.through,
  encodeVotes(statistics.optionVotes),
  statistics.votesLastDay,
  statistics.decayedVotes,
  statistics.priorShare,
  statistics.trend,
];

/** Rejects with INVALID_DATA counts that another version of this service wrote. */
export function decodeStatistics(id: PollId, stored: StoredStatistics): PollStatistics {
  checkVersion(id, stored[0]);
  const [, through, votes, votesLastDay, decayedVotes, priorShare, trend] = stored;
  return {
    pollId: id,
    optionVotes: decodeVotes(votes),
    votesLastDay,
    decayedVotes,
    priorShare,
    trend,
    through,
  };
}

export const encodeVotes = (votes: readonly OptionVotes[]): StoredVotes => [
  votes.map(({ optionId }) => optionId),
  votes.map((option) => option.votes),
];

export const decodeVotes = ([options, votes]: StoredVotes): OptionVotes[] =>
  options.map((optionId, index) => ({ optionId, votes: votes[index] ?? 0 }));

function checkVersion(id: PollId, version: number): void {
  if (version === VERSION) return;
  throw new HunchError(
    'INVALID_DATA',
    `Poll "${id}" is stored in form ${version}, and this release reads form ${VERSION}. ` +
      'Start the release that wrote it, or remove the features folder and run the flow popular.',
  );
}
