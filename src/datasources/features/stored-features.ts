import { HunchError } from '../../domain/errors.js';
import type {
  Dismissal,
  HistoryEntry,
  ImpressionCount,
  TopicAffinity,
  UserFeatures,
} from '../../domain/features.js';
import type { OptionId, PollId, UserId } from '../../domain/ids.js';

const VERSION = 1;

/**
 * A user's features, column by column: half the bytes of a document of objects, and read in half the time. Of `voted`
 * only what the history does not tell is kept.
 */
export type StoredFeatures = readonly [
  version: number,
  updatedAt: number,
  history: HistoryColumns,
  otherVoted: readonly PollId[],
  dismissals: DismissalColumns,
  authored: readonly PollId[],
  impressions: ImpressionColumns,
  topics: readonly string[],
  languages: readonly string[],
  affinities: AffinityColumns,
  votedLanguages: readonly string[],
];

/** Times are steps from the entry before, which nearly always fit into four bytes where a time takes nine. */
type Steps = readonly number[];

type HistoryColumns = readonly [
  polls: readonly PollId[],
  options: readonly OptionId[],
  codes: readonly number[],
  occurred: Steps,
  recorded: Steps,
];
type DismissalColumns = readonly [polls: readonly PollId[], active: readonly boolean[], occurred: Steps];
type ImpressionColumns = readonly [polls: readonly PollId[], counts: readonly number[], seen: Steps];
type AffinityColumns = readonly [topics: readonly string[], weights: readonly number[]];

/** Codes of history entries; from FIRST_OPTION on the place in the column `options`. */
const SKIP = 0;
const RETRACTED = 1;
const FIRST_OPTION = 2;

export function encodeFeatures(features: UserFeatures): StoredFeatures {
  const told = new Set<PollId>();
  for (const entry of features.history) if (entry.kind === 'VOTE') told.add(entry.pollId);
  return [
    VERSION,
    features.updatedAt,
    encodeHistory(features.history),
    features.voted.filter((id) => !told.has(id)),
    encodeDismissals(features.dismissals),
    features.authored,
    encodeImpressions(features.impressions),
    features.interests.topics,
    features.interests.languages,
    [features.affinities.map(({ topic }) => topic), features.affinities.map(({ weight }) => weight)],
    features.languages,
  ];
}

/** Rejects with INVALID_DATA a document that another version of this service wrote. */
export function decodeFeatures(userId: UserId, stored: StoredFeatures): UserFeatures {
  if (stored[0] !== VERSION) {
    throw new HunchError(
      'INVALID_DATA',
      `The features of user "${userId}" are stored in form ${stored[0]}, and this release reads form ${VERSION}. ` +
        'Start the release that wrote them, or remove the features folder and run the flow personalise.',
    );
  }
  const [, updatedAt, columns, otherVoted, dismissals, authored, impressions, topics, languages] = stored;
  const history = decodeHistory(columns);
  const voted = [...otherVoted];
  for (const entry of history) if (entry.kind === 'VOTE') voted.push(entry.pollId);
  return {
    userId,
    history,
    voted,
    dismissals: decodeDismissals(dismissals),
    authored,
    impressions: decodeImpressions(impressions),
    interests: { topics, languages },
    affinities: decodeAffinities(stored[9]),
    languages: stored[10],
    updatedAt,
  };
}

// Loops rather than maps where the history is walked: it is long, and it is walked for every request and every vote.

function encodeHistory(history: readonly HistoryEntry[]): HistoryColumns {
  const polls: PollId[] = [];
  const options: OptionId[] = [];
  const codes: number[] = [];
  const occurred: number[] = [];
  const recorded: number[] = [];
  let occurredAt = 0;
  let recordedAt = 0;
  for (const entry of history) {
    polls.push(entry.pollId);
    codes.push(codeOf(entry, options));
    occurred.push(entry.occurredAt - occurredAt);
    recorded.push(entry.recordedAt - recordedAt);
    ({ occurredAt, recordedAt } = entry);
  }
  return [polls, options, codes, occurred, recorded];
}

/** Adds an option that is new to `options`. */
function codeOf({ kind, optionId }: HistoryEntry, options: OptionId[]): number {
  if (optionId === null) return kind === 'SKIP' ? SKIP : RETRACTED;
  const known = options.indexOf(optionId);
  return FIRST_OPTION + (known === -1 ? options.push(optionId) - 1 : known);
}

function decodeHistory([polls, options, codes, occurred, recorded]: HistoryColumns): HistoryEntry[] {
  const history: HistoryEntry[] = [];
  let occurredAt = 0;
  let recordedAt = 0;
  let index = 0;
  for (const pollId of polls) {
    const code = codes[index] ?? RETRACTED;
    const optionId = options[code - FIRST_OPTION] ?? null;
    occurredAt += occurred[index] ?? 0;
    recordedAt += recorded[index] ?? 0;
    index += 1;
    const kind = optionId !== null ? 'VOTE' : code === SKIP ? 'SKIP' : 'RETRACTED';
    history.push({ pollId, kind, optionId, occurredAt, recordedAt });
  }
  return history;
}

const encodeDismissals = (dismissals: readonly Dismissal[]): DismissalColumns => [
  dismissals.map(({ pollId }) => pollId),
  dismissals.map(({ active }) => active),
  steps(dismissals.map(({ occurredAt }) => occurredAt)),
];

function decodeDismissals([polls, active, occurred]: DismissalColumns): Dismissal[] {
  let occurredAt = 0;
  return polls.map((pollId, index) => {
    occurredAt += occurred[index] ?? 0;
    return { pollId, active: active[index] ?? false, occurredAt };
  });
}

const encodeImpressions = (impressions: readonly ImpressionCount[]): ImpressionColumns => [
  impressions.map(({ pollId }) => pollId),
  impressions.map(({ count }) => count),
  steps(impressions.map(({ lastSeenAt }) => lastSeenAt)),
];

function decodeImpressions([polls, counts, seen]: ImpressionColumns): ImpressionCount[] {
  let lastSeenAt = 0;
  return polls.map((pollId, index) => {
    lastSeenAt += seen[index] ?? 0;
    return { pollId, count: counts[index] ?? 0, lastSeenAt };
  });
}

const decodeAffinities = ([topics, weights]: AffinityColumns): TopicAffinity[] =>
  topics.map((topic, index) => ({ topic, weight: weights[index] ?? 0 }));

const steps = (times: readonly number[]): number[] =>
  times.map((time, index) => time - (times[index - 1] ?? 0));
