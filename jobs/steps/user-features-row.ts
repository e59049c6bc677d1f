import { z } from 'zod';
import type { ColumnBatch } from '../../src/datasources/warehouse/warehouse.js';
import { HunchError } from '../../src/domain/errors.js';
import type {
  Dismissal,
  HistoryEntry,
  ImpressionCount,
  TopicAffinity,
  UserFeatures,
} from '../../src/domain/features.js';
import { optionId, pollId, userId } from '../../src/domain/ids.js';

const texts = z.array(z.string());
const lists = z.array(texts.nullable());

const HISTORY_KINDS = ['VOTE', 'SKIP', 'RETRACTED'] as const;

/** Rows of the run table `user_features`, as jobs/sql/user_features.sql documents it. Rejects with INVALID_DATA. */
export function userFeaturesOf(batch: ColumnBatch): UserFeatures[] {
  const columns = {
    history: lists.parse(batch.column('history')),
    voted: lists.parse(batch.column('voted')),
    dismissals: lists.parse(batch.column('dismissals')),
    authored: lists.parse(batch.column('authored')),
    impressions: lists.parse(batch.column('impressions')),
    topics: lists.parse(batch.column('interest_topics')),
    languages: lists.parse(batch.column('interest_languages')),
    affinities: lists.parse(batch.column('affinities')),
    votedLanguages: lists.parse(batch.column('languages')),
  };
  const updatedAt = z.array(z.number()).parse(batch.column('updated_at'));
  return texts.parse(batch.column('user_id')).map((id, row) => {
    const voted = (columns.voted[row] ?? []).toSorted().map(pollId);
    const topics = [...new Set(columns.topics[row])];
    return {
      userId: userId(id),
      history: (columns.history[row] ?? []).map(historyEntry).sort(byTime((entry) => entry.occurredAt)),
      voted,
      dismissals: (columns.dismissals[row] ?? []).map(dismissal).sort(byTime((entry) => entry.occurredAt)),
      authored: (columns.authored[row] ?? []).toSorted().map(pollId),
      impressions: (columns.impressions[row] ?? []).map(impression).sort(byTime((entry) => entry.lastSeenAt)),
      interests: { topics, languages: [...new Set(columns.languages[row])] },
      affinities: affinities(columns.affinities[row] ?? [], voted.length + topics.length),
      languages: counted(columns.votedLanguages[row] ?? []).map(([language]) => language),
      updatedAt: updatedAt[row] ?? 0,
    };
  });
}

function historyEntry(text: string): HistoryEntry {
  const [occurredAt, recordedAt, kindText, option, poll] = parts(text, 5);
  const kind = HISTORY_KINDS.find((each) => each === kindText);
  if (kind === undefined) throw unreadable(text);
  return {
    pollId: pollId(poll ?? ''),
    kind,
    optionId: kind === 'VOTE' ? optionId(option ?? '') : null,
    occurredAt: whole(occurredAt, text),
    recordedAt: whole(recordedAt, text),
  };
}

function dismissal(text: string): Dismissal {
  const [occurredAt, kind, poll] = parts(text, 3);
  return { pollId: pollId(poll ?? ''), active: kind === 'DISMISS', occurredAt: whole(occurredAt, text) };
}

function impression(text: string): ImpressionCount {
  const [seenAt, times, poll] = parts(text, 3);
  return { pollId: pollId(poll ?? ''), count: whole(times, text), lastSeenAt: whole(seenAt, text) };
}

/** Each topic's share of the votes and chosen topics, heaviest first. */
const affinities = (entries: readonly string[], signs: number): TopicAffinity[] =>
  counted(entries).map(([topic, times]) => ({ topic, weight: Math.min(1, times / Math.max(1, signs)) }));

/** `TIMES:NAME` entries, most frequent first, then by name. */
const counted = (entries: readonly string[]): (readonly [string, number])[] =>
  entries
    .map((text) => {
      const [times, name] = parts(text, 2);
      return [name ?? '', whole(times, text)] as const;
    })
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));

/** Oldest first; at the same time by recording, where there is one, then by poll, so that the order is always the same. */
const byTime =
  <T extends { readonly pollId: string; readonly recordedAt?: number }>(time: (entry: T) => number) =>
  (a: T, b: T): number =>
    time(a) - time(b) || (a.recordedAt ?? 0) - (b.recordedAt ?? 0) || (a.pollId < b.pollId ? -1 : 1);

/** The `count` parts of an entry; the last one may hold colons itself. */
function parts(text: string, count: number): string[] {
  const found: string[] = [];
  let from = 0;
  while (found.length < count - 1) {
    const colon = text.indexOf(':', from);
    if (colon < 0) throw unreadable(text);
    found.push(text.slice(from, colon));
    from = colon + 1;
  }
  found.push(text.slice(from));
  return found;
}

function whole(part: string | undefined, text: string): number {
  const value = Number(part);
  if (part === '' || !Number.isSafeInteger(value)) throw unreadable(text);
  return value;
}

const unreadable = (text: string): HunchError =>
  new HunchError('INVALID_DATA', `user_features holds "${text}", which is no entry. Start a new run.`);
