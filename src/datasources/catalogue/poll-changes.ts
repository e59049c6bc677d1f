import type { UserId } from '../../domain/ids.js';
import type { PollStatus } from '../../domain/poll.js';
import type { PollStatistics } from '../../domain/popularity.js';
import type { Millis } from '../../domain/time.js';
import type { RecordedPoll } from './catalogue-store.js';
import type { PollDocument } from './poll-document.js';

/** From what is known of a poll to what is to be known; null where it stays as it is. */
export type PollChange = (known: PollDocument | null) => PollDocument | null;

/** The poll as it was recorded, where no later recording is known. */
export const toRecording =
  (recorded: RecordedPoll): PollChange =>
  (known) => {
    const before = known?.recorded ?? null;
    if (before !== null && before.recordedAt > recorded.recordedAt) return null;
    return { id: recorded.poll.id, recorded, statistics: known?.statistics ?? null };
  };

/** The poll as it stands with that status. */
export const toStatus = (status: PollStatus, at: Millis): PollChange =>
  editing(at, ({ poll }) => ({ ...poll, status }));

/** The poll without that author, where it was written or recorded up to `at`. */
export const withoutAuthor = (author: UserId, at: Millis): PollChange =>
  editing(at, ({ poll, recordedAt }) => {
    const isMeant = poll.authorId === author && Math.min(poll.createdAt, recordedAt) <= at;
    return isMeant ? { ...poll, authorId: null } : null;
  });

/** What a flow has counted, where no later flow has; also of a poll that is not there yet. */
export const toStatistics =
  (counted: PollStatistics): PollChange =>
  (known) => {
    const before = known?.statistics ?? null;
    if (before !== null && before.through > counted.through) return null;
    return { id: counted.pollId, recorded: known?.recorded ?? null, statistics: counted };
  };

/** One change after the other. */
export const inTurn =
  (first: PollChange, second: PollChange): PollChange =>
  (known) => {
    const between = first(known);
    return second(between ?? known) ?? between;
  };

/** A change of the poll as it stands, recorded at `at`, or just after its last recording where that is later. */
const editing =
  (at: Millis, edit: (recorded: RecordedPoll) => RecordedPoll['poll'] | null): PollChange =>
  (known) => {
    const before = known?.recorded ?? null;
    const poll = before === null ? null : edit(before);
    if (known === null || before === null || poll === null) return null;
    return { ...known, recorded: { poll, recordedAt: Math.max(at, before.recordedAt + 1) } };
  };
