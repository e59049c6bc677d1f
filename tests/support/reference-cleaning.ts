import type { PollEvent, UserChange, VoteEvent } from '../../src/domain/event.js';
import type { PollId, UserId } from '../../src/domain/ids.js';
import type { Poll } from '../../src/domain/poll.js';
import type { Millis } from '../../src/domain/time.js';

export interface RawData {
  /** In order of arrival, as are the others. */
  readonly events: readonly PollEvent[];
  readonly polls: readonly { readonly poll: Poll; readonly recordedAt: Millis }[];
  readonly userChanges: readonly { readonly change: UserChange; readonly recordedAt: Millis }[];
}

export interface Answer {
  readonly user: UserId;
  readonly poll: PollId;
  readonly event: PollEvent;
}

/** The rules of jobs/sql/README.md as plainly as they can be said, for the statements to be compared with. */
export function cleanPlainly({ events, polls, userChanges }: RawData) {
  const standing = lastPolls(polls);
  const users = cleanUsers(userChanges);
  const seen = new Map<string, PollEvent>();
  for (const event of [...events].sort((a, b) => a.recordedAt - b.recordedAt)) {
    if (!seen.has(event.eventId)) seen.set(event.eventId, event);
  }
  const kept: Answer[] = [];
  // In order of arrival again, which decides between equal times.
  for (const event of events.filter((each) => seen.get(each.eventId) === each)) {
    const poll = standing.get(event.pollId);
    const user = users(event.userId, event.recordedAt);
    if (poll === undefined || Math.min(event.occurredAt, event.recordedAt) <= user.erasedThrough) continue;
    if (event.kind === 'VOTE' && !poll.options.some((option) => option.id === event.optionId)) continue;
    kept.push({ user: user.id, poll: poll.id, event });
  }
  const inTime = kept.toSorted(
    (a, b) => a.event.occurredAt - b.event.occurredAt || a.event.recordedAt - b.event.recordedAt,
  );
  const last = (kinds: readonly PollEvent['kind'][]): Answer[] => {
    const found = new Map<string, Answer>();
    for (const each of inTime) {
      if (kinds.includes(each.event.kind)) found.set(JSON.stringify([each.user, each.poll]), each);
    }
    return [...found.values()];
  };
  return {
    polls: standing,
    kept,
    answers: last(['VOTE', 'SKIP', 'RETRACT_VOTE']),
    dismissals: last(['DISMISS', 'UNDO_DISMISS']),
  };
}

export const isVote = (event: PollEvent): event is VoteEvent => event.kind === 'VOTE';

function lastPolls(polls: RawData['polls']): Map<PollId, Poll> {
  const last = new Map<PollId, { poll: Poll; recordedAt: Millis }>();
  for (const each of polls) {
    const known = last.get(each.poll.id);
    if (known === undefined || known.recordedAt <= each.recordedAt) last.set(each.poll.id, each);
  }
  return new Map([...last].map(([id, { poll }]) => [id, poll]));
}

function cleanUsers(changes: RawData['userChanges']) {
  const inTime = changes.toSorted(
    (a, b) => a.change.occurredAt - b.change.occurredAt || a.recordedAt - b.recordedAt,
  );
  const merges: { from: UserId; into: UserId; at: Millis }[] = [];
  const erasures: { user: UserId; at: Millis }[] = [];
  for (const { change } of inTime) {
    if (change.kind === 'ERASE') erasures.push({ user: change.userId, at: change.occurredAt });
    if (change.kind === 'MERGE' && change.into !== change.userId) {
      merges.push({ from: change.userId, into: change.into, at: change.occurredAt });
    }
  }
  return (start: UserId, recordedAt: Millis): { id: UserId; erasedThrough: Millis } => {
    let id = start;
    let since = Number.NEGATIVE_INFINITY;
    let next = merges.findIndex((merge) => merge.from === start && merge.at >= recordedAt);
    const stations: { id: UserId; since: Millis; until: Millis }[] = [];
    for (;;) {
      const merge = merges[next];
      stations.push({ id, since, until: merge?.at ?? Number.POSITIVE_INFINITY });
      if (merge === undefined) break;
      ({ into: id, at: since } = merge);
      const from = next;
      const owner = id;
      next = merges.findIndex((later, place) => place > from && later.from === owner);
    }
    const found = erasures.filter(({ user, at }) =>
      stations.some((station) => station.id === user && at >= station.since && at <= station.until),
    );
    return { id, erasedThrough: Math.max(Number.NEGATIVE_INFINITY, ...found.map(({ at }) => at)) };
  };
}
