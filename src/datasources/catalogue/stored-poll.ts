import { HunchError } from '../../domain/errors.js';
import type { OptionId, PollId, UserId } from '../../domain/ids.js';
import type { PollStatus } from '../../domain/poll.js';
import {
  type DecayedVotes,
  NEUTRAL_PRIOR,
  type OptionVotes,
  type PollStatistics,
} from '../../domain/popularity.js';
import type { Millis } from '../../domain/time.js';
import type { RecordedPoll } from './catalogue-store.js';
import { type LiveCounts, NO_LIVE_COUNTS } from './live-votes.js';

const VERSION = 1;
const STATISTICS_VERSION = 2;

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

export type StoredStatistics =
  | readonly [
      version: typeof STATISTICS_VERSION,
      through: Millis,
      optionVotes: StoredVotes,
      votesLastDay: number,
      decayed: StoredDecayed,
      firstVoteOdds: number | null,
      prior: readonly [share: number, weight: number],
      trend: number,
    ]
  | FormerStatistics;

/** As written before first votes were told apart; still read, until the next flow has counted. */
type FormerStatistics = readonly [
  version: 1,
  through: Millis,
  optionVotes: StoredVotes,
  votesLastDay: number,
  decayedVotes: number,
  priorShare: number,
  trend: number,
];

type StoredDecayed = readonly [established: number, first: number, at: Millis];

/** Live counts; without `activity` as written before voters were told apart. */
export type StoredCounts = readonly [votes: StoredVotes, activity: StoredDecayed] | StoredVotes;

type StoredVotes = readonly [options: readonly OptionId[], votes: readonly number[]];

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
  checkVersion(id, stored[0], VERSION);
  const [, recordedAt, question, optionIds, labels, topics, language, authorId] = stored;
  const [createdAt, closesAt, status] = [stored[8], stored[9], stored[10]];
  const options = optionIds.map((optionId, index) => ({ id: optionId, label: labels[index] ?? optionId }));
  const poll = { id, question, options, topics, language, authorId, createdAt, closesAt, status };
  return { poll, recordedAt };
}

export const encodeStatistics = (statistics: PollStatistics): StoredStatistics => [
  STATISTICS_VERSION,
  statistics.through,
  encodeVotes(statistics.optionVotes),
  statistics.votesLastDay,
  encodeDecayed(statistics.decayed),
  statistics.firstVoteOdds,
  [statistics.prior.share, statistics.prior.weight],
  statistics.trend,
];

/** Rejects with INVALID_DATA counts that a later version of this service wrote. */
export function decodeStatistics(id: PollId, stored: StoredStatistics): PollStatistics {
  if (stored[0] === 1) return decodeFormer(id, stored);
  checkVersion(id, stored[0], STATISTICS_VERSION);
  const [, through, votes, votesLastDay, decayed, firstVoteOdds, [share, weight], trend] = stored;
  return {
    pollId: id,
    optionVotes: decodeVotes(votes),
    votesLastDay,
    decayed: decodeDecayed(decayed),
    firstVoteOdds,
    prior: { share, weight },
    trend,
    through,
  };
}

function decodeFormer(id: PollId, stored: FormerStatistics): PollStatistics {
  const [, through, votes, votesLastDay, decayedVotes, priorShare] = stored;
  return {
    pollId: id,
    optionVotes: decodeVotes(votes),
    votesLastDay,
    decayed: { established: decayedVotes, first: 0, at: through },
    firstVoteOdds: null,
    prior: { ...NEUTRAL_PRIOR, share: priorShare },
    trend: 0,
    through,
  };
}

export const encodeCounts = ({ votes, activity }: LiveCounts): StoredCounts => [
  encodeVotes(votes),
  encodeDecayed(activity),
];

export function decodeCounts(stored: StoredCounts): LiveCounts {
  return isWithActivity(stored)
    ? { votes: decodeVotes(stored[0]), activity: decodeDecayed(stored[1]) }
    : { votes: decodeVotes(stored), activity: NO_LIVE_COUNTS.activity };
}

const isWithActivity = (stored: StoredCounts): stored is readonly [StoredVotes, StoredDecayed] =>
  Array.isArray(stored[0][0]);

const encodeDecayed = ({ established, first, at }: DecayedVotes): StoredDecayed => [established, first, at];

const decodeDecayed = ([established, first, at]: StoredDecayed): DecayedVotes => ({ established, first, at });

const encodeVotes = (votes: readonly OptionVotes[]): StoredVotes => [
  votes.map(({ optionId }) => optionId),
  votes.map((option) => option.votes),
];

const decodeVotes = ([options, votes]: StoredVotes): OptionVotes[] =>
  options.map((optionId, index) => ({ optionId, votes: votes[index] ?? 0 }));

function checkVersion(id: PollId, version: number, wanted: number): void {
  if (version === wanted) return;
  throw new HunchError(
    'INVALID_DATA',
    `Poll "${id}" is stored in form ${version}, and this release reads form ${wanted}. ` +
      'Start the release that wrote it, or remove the features folder and run the flow popular.',
  );
}
